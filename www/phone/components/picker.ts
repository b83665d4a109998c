/** `picker`: a sheet with wheels, from a tap on what stands in it. */
import { button, openDialog, say } from "../tt/ui";
import { builtIn } from "./support/builtin";
import { h, pressable, setAttribute } from "./support/dom";
import { columnsOf, type Columns } from "./support/picker-columns";
import { Wheel } from "./support/wheel";
import { PICKER_STYLE, WHEEL_STYLE } from "./support/wheel-style";

const defaults = {
  mode: "selector",
  disabled: false,
  range: [] as unknown[],
  rangeKey: "",
  value: undefined as unknown,
  start: "",
  end: "",
  fields: "day",
  customItem: "",
  headerText: "",
  level: "",
  name: "",
};
export type PickerProps = Readonly<typeof defaults>;

export const picker = builtIn("picker", defaults, (self) => {
  const { host, props, phone } = self;
  /** What the user confirmed, or the page gave since. */
  let value: unknown;
  /** Of the open sheet: shows what the page has changed. */
  let refresh: ((changed: { has(name: keyof PickerProps): boolean }) => void) | undefined;
  host.setAttribute("role", "button");
  host.setAttribute("aria-haspopup", "dialog");
  pressable(host);
  host.addEventListener("click", () => {
    if (!props.disabled && !refresh) void open();
  });

  async function open(): Promise<void> {
    refresh = () => {};
    let columns = await columnsOf(props, value);
    const label = props.headerText || say(phone, "Choose", "请选择");
    const confirmed = await openDialog(phone, "sheet", label, false, (dialog, close) => {
      const wheels = h("div", { class: "tt-picker-wheels" });
      const head = h("div", { class: "tt-picker-head" },
        button(say(phone, "Cancel", "取消"), "", () => close(false)),
        h("b", {}, props.headerText),
        button(say(phone, "Confirm", "确定"), "main", () => {
          // What is seen counts, even where a wheel still turns.
          for (const column of wheels.children) wheelOf.get(column)?.settle();
          close(true);
        }));
      dialog.append(h("style", {}, WHEEL_STYLE, PICKER_STYLE), h("div", { class: "tt-picker" }, head, wheels));
      show(columns, wheels);
      refresh = (changed) => {
        if (!changed.has("range") && !changed.has("value")) return;
        void columnsOf(props, changed.has("value") ? props.value : columns.indexes).then((next) => {
          columns = next;
          show(columns, wheels);
        });
      };
    });
    refresh = undefined;
    if (!confirmed) return self.emit("cancel");
    const result = columns.result();
    value = result.value;
    self.emit("change", result);
  }

  /** Shows the columns; those that are there already keep their place on the screen. */
  function show(columns: Columns, parent: HTMLElement): void {
    const shown = columns.rows();
    while (parent.childElementCount > shown.length) parent.lastElementChild?.remove();
    shown.forEach((labels, column) => {
      const child = parent.children[column] ?? parent.appendChild(h("div", { class: "tt-picker-column" }));
      const wheel = wheelOf.get(child) ?? new Wheel({
        end: () => {
          const turned = wheelOf.get(child);
          if (!turned || turned.index === current.get(parent)?.indexes[column]) return;
          current.get(parent)?.turn(column, turned.index);
          self.emit("columnchange", { column, value: turned.index });
          const now = current.get(parent);
          if (now) show(now, parent);
        },
      });
      if (!wheelOf.has(child)) {
        wheelOf.set(child, wheel);
        child.append(wheel.element, h("div", { class: "tt-wheel-mask" }), h("div", { class: "tt-wheel-indicator" }));
        wheel.element.setAttribute("aria-label", columns.names[column] ?? String(column + 1));
      }
      const same = labels.length === wheel.rows.childElementCount
        && labels.every((label, row) => wheel.rows.children[row]?.textContent === label);
      if (!same) wheel.rows.replaceChildren(...labels.map((label) => h("div", {}, label)));
      const index = columns.indexes[column] ?? 0;
      if (!same || wheel.index !== index) {
        // Not before the sheet is laid out.
        wheel.select(index);
        requestAnimationFrame(() => wheel.select(columns.indexes[column] ?? 0));
      }
    });
    current.set(parent, columns);
  }

  return {
    field: { value: () => value ?? standard(props), reset: () => (value = props.value) },
    activate: () => host.click(),
    update(changed) {
      if (changed.has("value") || changed.has("mode")) value = props.value;
      setAttribute(host, "aria-disabled", props.disabled && "true");
      refresh?.(changed);
    },
  };
});

const wheelOf = new WeakMap<Element, Wheel>();
const current = new WeakMap<Element, Columns>();

/** What a form is told of a picker that nobody has touched. */
function standard(props: PickerProps): unknown {
  return { selector: 0, multiSelector: props.range.map(() => 0), region: [] }[props.mode] ?? "";
}
