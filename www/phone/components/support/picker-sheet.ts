/** What is in the sheet of a picker: a head with its two buttons, and a wheel for each column. */
import type { Phone } from "../../phone";
import { button, say } from "../../ui";
import { h } from "./dom";
import type { Columns } from "./picker-columns";
import { Wheel } from "./wheel";
import { PICKER_STYLE, WHEEL_STYLE } from "./wheel-style";

export class PickerSheet {
  readonly element: HTMLElement;
  readonly #row = h("div", { class: "tt-picker-wheels" });
  #wheels: Wheel[] = [];

  /** `turned` is told when the user has turned a column; `close`, what the user wants. */
  constructor(
    phone: Phone,
    private columns: Columns,
    private readonly turned: (column: number, index: number) => void,
    close: (confirmed: boolean) => void,
  ) {
    const confirm = () => {
      // What is seen counts, even where a wheel still turns.
      for (const wheel of this.#wheels) wheel.settle();
      close(true);
    };
    this.element = h(
      "div",
      { class: "tt-picker" },
      h("style", {}, WHEEL_STYLE, PICKER_STYLE),
      h(
        "div",
        { class: "tt-picker-head" },
        button(say(phone, "Cancel", "取消"), "", () => close(false)),
        button(say(phone, "Confirm", "确定"), "main", confirm),
      ),
      this.#row,
    );
    this.show(columns);
  }

  /** Shows columns; those that are the same keep their place. */
  show(columns: Columns): void {
    this.columns = columns;
    const rows = columns.rows();
    for (let column = this.#wheels.length; column < rows.length; column += 1) this.#add(column);
    while (this.#wheels.length > rows.length) {
      this.#wheels.pop();
      this.#row.lastElementChild?.remove();
    }
    rows.forEach((labels, column) => this.#fill(column, labels));
  }

  #add(column: number): void {
    const wheel = new Wheel({ end: (changed) => changed && this.#turn(column, wheel.index) });
    wheel.element.setAttribute("aria-label", this.columns.names[column] ?? String(column + 1));
    this.#wheels.push(wheel);
    this.#row.append(
      h(
        "div",
        { class: "tt-picker-column" },
        wheel.element,
        h("div", { class: "tt-wheel-mask" }),
        h("div", { class: "tt-wheel-indicator" }),
      ),
    );
  }

  #turn(column: number, index: number): void {
    const { columns } = this;
    columns.turn(column, index);
    this.turned(column, index);
    // Later columns may depend on it; if the page has answered, it has shown its own.
    if (this.columns === columns) this.show(columns);
  }

  #fill(column: number, labels: string[]): void {
    const wheel = this.#wheels[column];
    if (!wheel) return;
    const index = this.columns.indexes[column] ?? 0;
    const there = [...wheel.rows.children];
    const same =
      labels.length === there.length && labels.every((label, row) => there[row]?.textContent === label);
    if (same && wheel.index === index) return;
    if (!same) wheel.rows.replaceChildren(...labels.map((label) => h("div", {}, label)));
    wheel.select(index);
    // Before the sheet is laid out nothing scrolls.
    requestAnimationFrame(() => wheel.select(this.columns.indexes[column] ?? 0));
  }
}
