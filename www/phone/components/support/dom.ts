/** Small helpers to make elements, and to keep what happens inside a component inside. */

type Attributes = Record<string, string | number | boolean | undefined>;

/** An element with attributes (`true` for one without a value, `false` for none) and children. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children);
  return element;
}

/** Sets an attribute; `false` and `undefined` remove it, `true` gives it no value. */
export function setAttribute(
  element: Element,
  name: string,
  value: string | number | boolean | undefined,
): void {
  if (value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Bubbling events of the browser with the name of an event that a page listens to. */
const LEAKS = [
  "input", "change", "submit", "reset", "select", "cancel", "close", "error", "load", "scroll",
  "transitionend", "transitionstart", "transitionrun", "transitioncancel",
  "animationstart", "animationiteration", "animationend",
];

/**
 * Stops events of native controls inside a component, which a page would take for the component's
 * own: `input` of the `<input>` inside would make `bindinput` run twice. Those of the page's own
 * elements in it pass.
 */
export function contain(inside: HTMLElement): void {
  for (const type of LEAKS) inside.addEventListener(type, stopUnlessOfPage);
}

function stopUnlessOfPage(event: Event): void {
  if (!isOfPage(event.target)) event.stopPropagation();
}

function isOfPage(target: EventTarget | null): boolean {
  return target !== null && "__wxElement" in target;
}

/**
 * Listens to an event of the host itself that has the name of one of the component's events, and
 * keeps it from the page, which is to hear the component's.
 */
export function takeOver<K extends keyof HTMLElementEventMap>(
  host: HTMLElement,
  type: K,
  listener: (event: HTMLElementEventMap[K]) => void,
): void {
  const take = (event: HTMLElementEventMap[K]) => {
    if (event.target !== host) return;
    event.stopImmediatePropagation();
    listener(event);
  };
  // Capturing listeners of an element come before all others of it.
  host.addEventListener(type, take, { capture: true });
}

/** Makes an element that is no control work by keyboard: Enter, and Space unless it is a link. */
export function pressable(host: HTMLElement, keys: readonly string[] = ["Enter", " "]): void {
  host.tabIndex = 0;
  host.addEventListener("keydown", (event) => {
    if (event.target !== host || !keys.includes(event.key)) return;
    event.preventDefault();
    if (!event.repeat) host.click();
  });
}

/** A drawing of 24 by 24 units from the data of its paths. */
export function drawing(...paths: string[]): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const data of paths) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", data);
    svg.append(path);
  }
  return svg;
}

/** Keeps the click that a browser makes of the end of a drag from everyone. */
export function swallowClick(): void {
  const swallow = (click: Event) => click.stopPropagation();
  addEventListener("click", swallow, { capture: true, once: true });
  // If there is to be one, it comes in the same task as the release.
  setTimeout(() => removeEventListener("click", swallow, { capture: true }));
}
