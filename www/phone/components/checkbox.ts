/** `checkbox` and its group, which alone raises events. */
import { ancestor, builtIn, descendants } from "./support/builtin";
import { drawing, h, pressable, setAttribute } from "./support/dom";

const defaults = { value: "", checked: false, disabled: false, color: "", name: "" };

export const checkbox = builtIn("checkbox", defaults, (self) => {
  const { host, props } = self;
  const box = h("i", { "aria-hidden": "true" }, drawing("M5 12.5l5 5l9-10"));
  let checked = false;
  host.setAttribute("role", "checkbox");
  pressable(host, [" "]);
  host.append(box);
  host.addEventListener("click", toggle);

  function show(value: boolean): void {
    checked = value;
    host.setAttribute("aria-checked", String(checked));
  }

  function toggle(): void {
    if (props.disabled) return;
    show(!checked);
    ancestor(host, "checkbox-group")?.body.group?.changed(host);
  }

  return {
    member: { checked: () => checked, value: () => props.value, set: show },
    activate: toggle,
    update(changed) {
      if (changed.has("checked")) show(props.checked);
      setAttribute(host, "disabled", props.disabled);
      setAttribute(host, "aria-disabled", props.disabled && "true");
      box.style.color = props.color;
    },
  };
});

export const checkboxGroup = builtIn("checkbox-group", { name: "" }, (self) => {
  const { host } = self;
  const boxes = () => descendants(host, "checkbox");
  const value = () => boxes().flatMap(({ body }) => (body.member?.checked() ? body.member.value() : []));
  host.setAttribute("role", "group");
  return {
    group: { changed: () => self.emit("change", { value: value() }) },
    field: {
      value,
      reset: () => {
        for (const { self: box, body } of boxes()) body.member?.set(box.props.checked === true);
      },
    },
  };
});
