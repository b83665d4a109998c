/** `slider`: a number, over the browser's own range control. */
import { builtIn } from "./support/builtin";
import { h } from "./support/dom";

const defaults = {
  min: 0,
  max: 100,
  step: 1,
  disabled: false,
  value: 0,
  color: "",
  selectedColor: "",
  activeColor: "",
  backgroundColor: "",
  /** Diameter in pixels, 12 to 28. */
  blockSize: 28,
  blockColor: "#ffffff",
  showValue: false,
  name: "",
};

export const slider = builtIn("slider", defaults, (self) => {
  const { host, props } = self;
  const range = h("input", { type: "range" });
  const shown = h("span", { "aria-hidden": "true" });
  host.append(range, shown);

  function show(): void {
    const { min, max } = props;
    const part = max > min ? (range.valueAsNumber - min) / (max - min) : 0;
    range.style.setProperty("--part", String(part));
    shown.textContent = range.value;
  }
  function raise(name: string): void {
    show();
    self.emit(name, { value: range.valueAsNumber });
  }
  range.addEventListener("input", () => raise("changing"));
  range.addEventListener("change", () => raise("change"));

  function set(value: number): void {
    range.value = String(value);
    show();
  }

  return {
    field: { value: () => range.valueAsNumber, reset: () => set(props.value) },
    activate: () => range.focus(),
    update(changed) {
      range.min = String(props.min);
      range.max = String(props.max);
      range.step = String(props.step > 0 ? props.step : 1);
      range.disabled = props.disabled;
      shown.hidden = !props.showValue;
      if (props.ariaLabel) range.setAttribute("aria-label", String(props.ariaLabel));
      range.style.setProperty("--active", props.activeColor || props.selectedColor || "#f85959");
      range.style.setProperty("--track", props.backgroundColor || props.color || "#e8e8e8");
      range.style.setProperty("--block", `${Math.min(28, Math.max(12, props.blockSize))}px`);
      range.style.setProperty("--block-color", props.blockColor);
      if (changed.has("value")) set(props.value);
      else show();
    },
  };
});
