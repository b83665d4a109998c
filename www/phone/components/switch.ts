/** `switch`: on or off, as a switch or a box. */
import { builtIn } from "./support/builtin";
import { drawing, h, pressable, setAttribute } from "./support/dom";

const defaults = { checked: false, disabled: false, type: "switch", color: "#f85959", name: "" };

export const switchControl = builtIn("switch", defaults, (self) => {
  const { host, props } = self;
  const inside = h("i", { "aria-hidden": "true" }, drawing("M5 12.5l5 5l9-10"));
  let on = false;
  pressable(host, [" ", "Enter"]);
  host.append(inside);
  host.addEventListener("click", toggle);

  function show(value: boolean): void {
    on = value;
    host.setAttribute("aria-checked", String(on));
  }

  function toggle(): void {
    if (props.disabled) return;
    show(!on);
    self.emit("change", { value: on });
  }

  return {
    activate: toggle,
    field: { value: () => on, reset: () => show(props.checked) },
    update(changed) {
      if (changed.has("checked")) show(props.checked);
      host.setAttribute("role", props.type === "checkbox" ? "checkbox" : "switch");
      setAttribute(host, "disabled", props.disabled);
      setAttribute(host, "aria-disabled", props.disabled && "true");
      inside.style.color = props.color;
    },
  };
});
