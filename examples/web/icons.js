// The icons of both pages, drawn on a 24 × 24 grid with one line width.

const mic =
  '<rect x="9" y="3" width="6" height="11" rx="3"/><path d="M5.5 11.5a6.5 6.5 0 0 0 13 0M12 18v3"/>';
const camera = '<rect x="2.5" y="6" width="13" height="12" rx="3"/><path d="m15.5 11 6-3.5v9l-6-3.5"/>';
const slash = '<path class="slash-gap" d="M4.5 3.5l16 17"/><path d="M3.5 3.5l17 17"/>';

const paths = {
  mic,
  "mic-off": mic + slash,
  camera,
  "camera-off": camera + slash,
  "switch-camera":
    '<path d="M20 12a8 8 0 0 1-13.8 5.5M4 12a8 8 0 0 1 13.8-5.5"/><path d="M18.5 2.8v4h-4M5.5 21.2v-4h4"/><circle cx="12" cy="12" r="2.6"/>',
  speaker:
    '<path d="M4 9.5v5h3.5L12 18.5v-13L7.5 9.5z"/><path d="M15.5 9a4.2 4.2 0 0 1 0 6M18.3 6.2a8.2 8.2 0 0 1 0 11.6"/>',
  earpiece:
    '<rect x="6.5" y="2.5" width="11" height="19" rx="3"/><path d="M10.5 5.8h3"/><path d="M9.8 11.5a3.1 3.1 0 0 1 4.4 0"/><circle cx="12" cy="14.5" r=".6"/>',
  share:
    '<rect x="2.5" y="4" width="19" height="13" rx="2.5"/><path d="M8.5 21h7M12 13.5v-6M9.3 9.7 12 7l2.7 2.7"/>',
  leave:
    '<path d="M3.2 14.6c-1.1-3 3.6-6.1 8.8-6.1s9.9 3.1 8.8 6.1l-.4 1.1c-.2.6-.9 1-1.5.8l-2.7-.8c-.6-.2-1-.7-1-1.3v-1.7c-2-.7-4.4-.7-6.4 0v1.7c0 .6-.4 1.1-1 1.3l-2.7.8c-.6.2-1.3-.2-1.5-.8z"/>',
  events: '<path d="M8 6.5h12M8 12h12M8 17.5h8"/><path d="M4 6.5h.01M4 12h.01M4 17.5h.01"/>',
  plus: '<path d="M12 5v14M5 12h14"/>',
  close: '<path d="m6 6 12 12M18 6 6 18"/>',
  open: '<path d="M14 4h6v6M20 4l-8.5 8.5M18 14v4a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2h4"/>',
  phone: '<rect x="6.5" y="2.5" width="11" height="19" rx="2.8"/><path d="M11 18.5h2"/>',
  web: '<rect x="2.5" y="4.5" width="19" height="15" rx="2.5"/><path d="M2.5 9h19M6 6.8h.01M8.5 6.8h.01"/>',
  success: '<path d="m5 12.5 4.5 4.5L19 7.5"/>',
  fail: '<path d="M12 4 2.8 19.5h18.4zM12 10.5v4M12 17.2h.01"/>',
  info: '<circle cx="12" cy="12" r="8.5"/><path d="M12 11.5v4.5M12 8.2h.01"/>',
  people:
    '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.8 19.5c.6-3.4 3.1-5.3 6.2-5.3s5.6 1.9 6.2 5.3M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.7c1.700.8 2.8 2.4 3.2 4.8"/>',
};

/** An icon as markup. It says nothing to a screen reader: what it stands on has the label. */
export function icon(name) {
  return `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths[name]}</svg>`;
}

/** Puts icons where the document asks for them with `data-svg`. */
export function fillIcons(root = document) {
  for (const slot of root.querySelectorAll("[data-svg]")) slot.innerHTML = icon(slot.dataset.svg);
}
