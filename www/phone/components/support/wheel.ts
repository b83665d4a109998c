/**
 * A column of which one row is chosen: it scrolls, snaps, and the row in the middle counts. The
 * browser does the scrolling, so touch, wheel, trackpad and keys work as everywhere; a mouse may
 * drag it too, or click a row.
 */
import { h, swallowClick } from "./dom";

export interface WheelEvents {
  /** The user began to turn it. */
  start?(): void;
  /** The user let go; another row may be in the middle when it has stopped. */
  release?(): void;
  /** It stopped, at another row than before if `changed`. */
  end?(changed: boolean): void;
}

export class Wheel {
  /** What scrolls. */
  readonly element: HTMLElement;
  /** Where the rows go. All are of one height. */
  readonly rows: HTMLElement;
  #index = 0;
  #turning = false;

  constructor(private readonly events: WheelEvents) {
    this.rows = h("div");
    this.element = h(
      "div",
      { class: "tt-wheel", tabindex: 0, role: "listbox" },
      h("div", { class: "tt-wheel-end" }),
      this.rows,
      h("div", { class: "tt-wheel-end" }),
    );
    const { element } = this;
    let timer = 0;
    element.addEventListener("scroll", () => {
      this.#mark();
      if ("onscrollend" in window) return;
      // Older Safari does not say when it has stopped.
      clearTimeout(timer);
      timer = setTimeout(() => this.#stopped(), 150);
    });
    element.addEventListener("scrollend", () => this.#stopped());
    element.addEventListener("wheel", () => this.#started(), { passive: true });
    element.addEventListener("touchmove", () => this.#started(), { passive: true });
    element.addEventListener("touchend", () => this.events.release?.());
    element.addEventListener("click", (event) => this.#click(event));
    element.addEventListener("keydown", (event) => this.#key(event));
    element.addEventListener("pointerdown", (event) => this.#drag(event));
  }

  /** The chosen row, from 0. */
  get index(): number {
    return this.#index;
  }

  /** The row that is in the middle now. */
  get nearest(): number {
    return this.#clamp(Math.round(this.element.scrollTop / this.#rowHeight()));
  }

  /** Turns it to a row; nobody is told. Needs to be called again when the rows have changed. */
  select(index: number): void {
    this.#index = this.#clamp(index);
    this.element.scrollTop = this.#index * this.#rowHeight();
    this.#mark();
  }

  /** Turns it as the user does. */
  turn(index: number): void {
    this.#started();
    const top = this.#clamp(index) * this.#rowHeight();
    if (Math.abs(top - this.element.scrollTop) < 1) this.#stopped();
    else this.element.scrollTo({ top, behavior: "smooth" });
  }

  /** Stops it at the row that is in the middle now. */
  settle(): void {
    if (this.nearest !== this.#index)
      this.element.scrollTo({ top: this.nearest * this.#rowHeight(), behavior: "instant" });
    this.#stopped();
  }

  #rowHeight(): number {
    return (this.rows.firstElementChild as HTMLElement | null)?.offsetHeight || 34;
  }

  #clamp(index: number): number {
    return Math.max(0, Math.min(this.rows.childElementCount - 1, Math.trunc(index) || 0));
  }

  #mark(): void {
    const { nearest } = this;
    [...this.rows.children].forEach((row, index) => {
      row.setAttribute("role", "option");
      row.setAttribute("aria-selected", String(index === nearest));
    });
  }

  #started(): void {
    if (this.#turning) return;
    this.#turning = true;
    this.events.start?.();
  }

  #stopped(): void {
    const changed = this.nearest !== this.#index;
    if (!this.#turning && !changed) return;
    this.#turning = false;
    this.element.style.scrollSnapType = "";
    this.#index = this.nearest;
    this.#mark();
    this.events.end?.(changed);
  }

  #click(event: MouseEvent): void {
    const row = [...this.rows.children].findIndex((each) => each.contains(event.target as Node));
    if (row >= 0) this.turn(row);
  }

  #key(event: KeyboardEvent): void {
    const last = this.rows.childElementCount - 1;
    const to = { ArrowUp: this.#index - 1, ArrowDown: this.#index + 1, Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.turn(to);
  }

  /** A mouse drags it as a finger does. */
  #drag(press: PointerEvent): void {
    if (press.pointerType !== "mouse" || press.button !== 0) return;
    const { element } = this;
    const from = element.scrollTop;
    const watch = new AbortController();
    const { signal } = watch;
    let moved = false;
    addEventListener(
      "pointermove",
      (move) => {
        const distance = move.clientY - press.clientY;
        if (!moved && Math.abs(distance) < 4) return;
        if (!moved) this.#started();
        moved = true;
        element.style.scrollSnapType = "none";
        element.scrollTop = from - distance;
      },
      { signal },
    );
    const release = () => {
      watch.abort();
      if (!moved) return;
      swallowClick();
      this.events.release?.();
      this.turn(this.nearest);
    };
    addEventListener("pointerup", release, { signal });
    addEventListener("pointercancel", release, { signal });
  }
}
