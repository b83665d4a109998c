/**
 * Long lists that grow at their end. Only the last rows are in the document, more at a click; the
 * browser skips those out of sight (`content-visibility`). A list that was at its end stays there.
 */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Texts } from "./texts";

const STEP = 400;

export class Rows {
  readonly #redraw: () => void;
  #most = STEP;
  #atEnd = true;
  /** How far the list was scrolled when that was last known, in pixels. */
  #scrolled = 0;

  constructor(redraw: () => void) {
    this.#redraw = redraw;
  }

  /** The rows of `items`, of which `row` draws one; in `.rows`, which scrolls. */
  view<T extends { seq: number }>(
    t: Texts,
    label: string,
    items: readonly T[],
    row: (item: T) => TemplateResult,
    empty: string,
  ): TemplateResult {
    const hidden = Math.max(0, items.length - this.#most);
    const shown = hidden > 0 ? items.slice(hidden) : items;
    return html`<div class="rows" role="log" aria-live="off" aria-label=${label} tabindex="0"
      @scroll=${(event: Event) => this.#onScroll(event)} @contentvisibilityautostatechange=${this.#onSizes}>
      ${
        hidden > 0
          ? html`<button type="button" class="link earlier" @click=${() => {
              this.#most += STEP * 5;
              this.#atEnd = false;
              this.#redraw();
            }}>${t.earlier(hidden)}</button>`
          : nothing
      }
      ${items.length === 0 ? html`<p class="hint">${empty}</p>` : repeat(shown, ({ seq }) => seq, row)}
    </div>`;
  }

  /** Back to the end: after a change of what is shown. */
  reset(): void {
    this.#most = STEP;
    this.#atEnd = true;
  }

  /** Keeps the end in sight, after a drawing. */
  drawn(root: HTMLElement): void {
    const rows = root.querySelector<HTMLElement>(".rows");
    if (rows) this.#keepEnd(rows);
  }

  /** A row that comes into sight gets its real height, and moves the end. */
  readonly #onSizes = {
    handleEvent: ({ currentTarget }: Event): void => this.#keepEnd(currentTarget as HTMLElement),
    capture: true,
  };

  #keepEnd(rows: HTMLElement): void {
    if (this.#atEnd) rows.scrollTop = rows.scrollHeight;
    this.#scrolled = rows.scrollTop;
  }

  /** Only scrolling up leaves the end: rows that grow move it away as well. */
  #onScroll(event: Event): void {
    const rows = event.target as HTMLElement;
    const isUp = rows.scrollTop < this.#scrolled;
    this.#scrolled = rows.scrollTop;
    if (isUp || !this.#atEnd) this.#atEnd = rows.scrollHeight - rows.scrollTop - rows.clientHeight < 24;
  }
}
