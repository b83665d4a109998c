/** The window of a page: what lies between the bars, in which its places are measured. */
import type { Element } from "glass-easel";

export interface PageWindow {
  rect: DOMRect;
  scroller: HTMLElement;
  window: HTMLElement;
}

let top: () => Element | undefined = () => undefined;
/** Sets where the page on top is found, for what asks without naming a page. */
export function setTopPage(find: () => Element | undefined): void {
  top = find;
}

/** The page on top, as what has no page of its own sees it. */
export function topPage(): Element | undefined {
  return top();
}

/** The window of the page that an element is in. */
export function pageWindow(element: Element | undefined): PageWindow | undefined {
  const dom = (element ?? top())?.$$ as unknown as HTMLElement | null | undefined;
  const scroller =
    dom?.closest<HTMLElement>("phone-scroll") ??
    (top()?.$$ as unknown as HTMLElement | null)?.closest<HTMLElement>("phone-scroll");
  const window = scroller?.closest<HTMLElement>("phone-window");
  return scroller && window ? { rect: window.getBoundingClientRect(), scroller, window } : undefined;
}
