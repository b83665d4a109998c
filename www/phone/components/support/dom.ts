/** Small helpers to make elements and to have them used. */

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

/** What selector queries give as the `context()` of an element: the object that `tt` makes for it. */
export function contextOf(host: HTMLElement, create: string): { readonly context: unknown } {
  return {
    get context() {
      // Not there yet when the element is made.
      const { tt } = window as unknown as { tt?: Record<string, (host: HTMLElement) => unknown> };
      return tt?.[create]?.(host);
    },
  };
}
