/** The icons, drawn on a grid of 24 × 24 with one line width. They say nothing to a screen reader. */
import { svg, html, type TemplateResult } from "lit-html";

const PATHS = {
  plus: svg`<path d="M12 5v14M5 12h14"/>`,
  close: svg`<path d="m6 6 12 12M18 6 6 18"/>`,
  phone: svg`<rect x="6.5" y="2.5" width="11" height="19" rx="2.8"/><path d="M11 18.5h2"/>`,
  phones: svg`<rect x="3" y="4.5" width="9" height="15" rx="2.4"/><path d="M15 4.5h3.6A2.4 2.4 0 0 1 21 6.9v10.2a2.4 2.4 0 0 1-2.4 2.4H15M7 16.5h1"/>`,
  web: svg`<rect x="2.5" y="4.5" width="19" height="15" rx="2.5"/><path d="M2.5 9h19M6 6.8h.01M8.5 6.8h.01"/>`,
  back: svg`<path d="M14.5 5.5 8 12l6.5 6.5"/>`,
  restart: svg`<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4"/><path d="M19.8 3v4.2h-4.2"/>`,
  rotate: svg`<rect x="3.5" y="9" width="17" height="11" rx="2.4"/><path d="M8 5.5h5.5A3 3 0 0 1 16.5 8M10 3 7.5 5.5 10 8"/>`,
  offline: svg`<path d="M3 9.5a13 13 0 0 1 4.2-2.8M21 9.5a13 13 0 0 0-9.5-3.7M6.3 13a8.5 8.5 0 0 1 3.5-2.1M17.7 13a8.5 8.5 0 0 0-2.6-1.8M9.3 16.3a4 4 0 0 1 5.4 0M12 19.5h.01M4 3.5l16 17"/>`,
  background: svg`<path d="M4 11.5 12 5l8 6.5M6.5 10v9h11v-9"/>`,
  capture: svg`<path d="M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2"/><circle cx="12" cy="12" r="3"/>`,
  controls: svg`<path d="M4 7h9M17.5 7H20M4 12h2.5M11 12h9M4 17h7M15.5 17H20"/><circle cx="15.2" cy="7" r="2.2"/><circle cx="8.7" cy="12" r="2.2"/><circle cx="13.2" cy="17" r="2.2"/>`,
  moon: svg`<path d="M19.5 14.3A8 8 0 0 1 9.7 4.5a8 8 0 1 0 9.8 9.8z"/>`,
  sun: svg`<circle cx="12" cy="12" r="4"/><path d="M12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M18.5 5.5l-1.4 1.4M6.9 17.1l-1.4 1.4"/>`,
  auto: svg`<circle cx="12" cy="12" r="8"/><path d="M12 4v16a8 8 0 0 0 0-16z" fill="currentColor"/>`,
  mic: svg`<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>`,
  camera: svg`<rect x="2.5" y="6" width="13" height="12" rx="3"/><path d="m15.5 11 6-3.5v9l-6-3.5"/>`,
  screen: svg`<rect x="2.5" y="4" width="19" height="13" rx="2.5"/><path d="M8.5 21h7M12 13.5v-6M9.3 9.7 12 7l2.7 2.7"/>`,
  sound: svg`<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z"/><path d="M15.5 9a4.2 4.2 0 0 1 0 6"/>`,
  warning: svg`<path d="M12 4 2.8 19.5h18.4zM12 10.5v4M12 17.2h.01"/>`,
  error: svg`<circle cx="12" cy="12" r="8.5"/><path d="M12 7.5v5M12 16h.01"/>`,
  below: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="2.4"/><path d="M3.5 14h17"/>`,
  right: svg`<rect x="3.5" y="4.5" width="17" height="15" rx="2.4"/><path d="M14 4.5v15"/>`,
  down: svg`<path d="m6 9.5 6 6 6-6"/>`,
  up: svg`<path d="m6 14.5 6-6 6 6"/>`,
  pencil: svg`<path d="m4.5 19.5 1-4L16 5a2.1 2.1 0 0 1 3 3L8.5 18.5zM14 7l3 3"/>`,
  trash: svg`<path d="M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.9 12.5h9.2L17.5 7M10.3 11v5M13.7 11v5"/>`,
  save: svg`<path d="M12 4v11M7.5 10.8 12 15.3l4.5-4.5M4.5 19.5h15"/>`,
  copy: svg`<rect x="8.5" y="8.5" width="11" height="11" rx="2.4"/><path d="M15.5 8.5V6.9a2.4 2.4 0 0 0-2.4-2.4H6.9a2.4 2.4 0 0 0-2.4 2.4v6.2a2.4 2.4 0 0 0 2.4 2.4h1.6"/>`,
};
export type IconName = keyof typeof PATHS;

export function icon(name: IconName): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${PATHS[name]}</svg>`;
}

/** The mark of the project. */
export function mark(size: number): TemplateResult {
  return html`<svg class="mark" width=${size} height=${size} viewBox="0 0 32 32" aria-hidden="true" focusable="false">
    <rect width="32" height="32" rx="9" fill="#1f7a63"/><rect x="6" y="10" width="8.5" height="12" rx="4.25" fill="#fff"/>
    <rect x="17.5" y="10" width="8.5" height="12" rx="4.25" fill="#fff" opacity=".62"/></svg>`;
}
