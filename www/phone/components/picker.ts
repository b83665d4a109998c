/** `picker`: a sheet with wheels, from a tap on what stands in it. */
import { lastly } from "../promise";
import { openDialog, say } from "../ui";
import { builtIn, type Changed } from "./support/builtin";
import { pressable, setAttribute } from "./support/dom";
import { columnsOf } from "./support/picker-columns";
import { PickerSheet } from "./support/picker-sheet";

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
  name: "",
};
export type PickerProps = Readonly<typeof defaults>;

export const picker = builtIn("picker", defaults, (self) => {
  const { host, props, phone } = self;
  /** What the user confirmed, or the page gave since. */
  let value: unknown;
  let isOpen = false;
  /** Of the open sheet: shows what the page has changed. */
  let refresh = (_changed: Changed<typeof defaults>) => {};
  host.setAttribute("role", "button");
  host.setAttribute("aria-haspopup", "dialog");
  pressable(host);
  host.addEventListener("click", () => {
    if (props.disabled || isOpen) return;
    isOpen = true;
    void lastly(open(), () => (isOpen = false));
  });

  async function open(): Promise<void> {
    let columns = await columnsOf(props, value);
    const turned = (column: number, index: number) => {
      if (props.mode === "multiSelector") self.emit("columnchange", { column, value: index });
    };
    let leave = () => {};
    const label = say(phone, "Choose", "请选择");
    const confirmed = await openDialog(phone, "sheet", label, false, (dialog, close) => {
      const sheet = new PickerSheet(phone, columns, turned, close);
      dialog.append(sheet.element);
      // Whoever leaves the page leaves the sheet.
      leave = phone.on("route", () => close(false));
      refresh = (changed) => {
        if (!changed.has("range") && !changed.has("value")) return;
        void columnsOf(props, changed.has("value") ? props.value : columns.indexes).then((next) => {
          columns = next;
          sheet.show(columns);
        });
      };
    });
    refresh = () => {};
    leave();
    if (!confirmed) return self.emit("cancel");
    const result = columns.result();
    value = result.value;
    self.emit("change", result);
  }

  return {
    field: { value: () => value ?? untouched(props), reset: () => (value = props.value) },
    activate: () => host.click(),
    update(changed) {
      if (changed.has("value") || changed.has("mode")) value = props.value;
      setAttribute(host, "aria-disabled", props.disabled && "true");
      refresh(changed);
    },
  };
});

/** What a form is told of a picker that nobody has touched and no page gave a value. */
function untouched(props: PickerProps): unknown {
  return { selector: 0, multiSelector: props.range.map(() => 0), region: [] }[props.mode] ?? "";
}
