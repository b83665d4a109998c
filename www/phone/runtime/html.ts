/** Elements of the phone itself, out of reach of the project's style sheets. */
import { ended } from "./frames";

/** An element with a shadow root that holds `css` and `html`. */
export function shadowed(tag: string, css: string, html: string): { element: HTMLElement; root: ShadowRoot } {
  const element = document.createElement(tag);
  const root = element.attachShadow({ mode: "open" });
  root.innerHTML = `<style>${css}</style>${html}`;
  return { element, root };
}

/** The one element of a shadow root that a selector finds. */
export function part<T extends Element = HTMLElement>(root: ParentNode, selector: string): T {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`no ${selector}`);
  return found;
}

/** Whether things may move: not if the user asked for less motion, nor where nobody sees it. */
export function moving(): boolean {
  return !document.hidden && !matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** Moves an element, or does nothing where things may not move. */
export async function move(element: HTMLElement, frames: Keyframe[], duration: number): Promise<void> {
  if (!moving()) return;
  const animation = element.animate(frames, { duration, easing: "cubic-bezier(.2, .7, .3, 1)" });
  await ended(animation, duration);
}
