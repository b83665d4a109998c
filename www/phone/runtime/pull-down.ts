/** Pull-down refresh: three dots above the page, which comes down by the finger or by the API. */
import { moving, shadowed } from "./html";

/** How far the page comes down, and how far it has to be pulled, in CSS pixels. */
const OPEN = 60;
const ENOUGH = 50;

export class PullDown {
  readonly element: HTMLElement;
  readonly #scroller: HTMLElement;
  readonly #refresh: () => void;
  #from: number | null = null;
  #distance = 0;
  #open = false;

  constructor(scroller: HTMLElement, light: boolean, refresh: () => void) {
    this.#scroller = scroller;
    this.#refresh = refresh;
    const { element } = shadowed(
      "phone-pull",
      `:host { position: absolute; inset: 0 0 auto; height: ${OPEN}px; visibility: hidden }
      :host([data-open]) { visibility: visible }
      div { display: flex; gap: 6px; height: 100%; align-items: center; justify-content: center }
      i { width: 8px; height: 8px; border-radius: 50%; background: ${light ? "#fff" : "#000"}; opacity: .2; animation: blink 1s infinite }
      i:nth-child(2) { animation-delay: .2s } i:nth-child(3) { animation-delay: .4s }
      @keyframes blink { 40% { opacity: .6 } }`,
      `<div aria-hidden="true"><i></i><i></i><i></i></div>`,
    );
    this.element = element;
  }

  /** A finger comes down at this height, where the page cannot scroll up any more. */
  start(y: number): void {
    this.#from = this.#open ? null : y;
    this.#distance = 0;
  }

  /** Whether the page follows the finger. */
  move(y: number): boolean {
    if (this.#from === null) return false;
    if (this.#scroller.scrollTop > 0 && this.#distance === 0) {
      this.#from = null;
      return false;
    }
    // The further, the harder.
    this.#distance = Math.max(0, (y - this.#from) * 0.5);
    this.#place(this.#distance, false);
    return this.#distance > 0;
  }

  end(): void {
    if (this.#from === null) return;
    this.#from = null;
    if (this.#distance >= ENOUGH) this.open();
    else this.close();
  }

  /** Shows it and calls the page. */
  open(): void {
    if (this.#open) return;
    this.#open = true;
    this.#place(OPEN, true);
    this.#refresh();
  }

  close(): void {
    this.#open = false;
    this.#place(0, true);
  }

  #place(distance: number, animated: boolean): void {
    this.element.toggleAttribute("data-open", distance > 0);
    const { style } = this.#scroller;
    style.transition = animated && moving() ? "top .2s, bottom .2s" : "none";
    style.top = distance > 0 ? `${distance}px` : "";
    style.bottom = distance > 0 ? `${-distance}px` : "";
  }
}
