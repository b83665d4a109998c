/** `radio` and its group: one of several. */
import { ancestor, builtIn, descendants } from "./support/builtin";
import { h, pressable, setAttribute } from "./support/dom";

const defaults = { value: "", checked: false, disabled: false, color: "", name: "" };

export const radio = builtIn("radio", defaults, (self) => {
  const { host, props } = self;
  const dot = h("i", { "aria-hidden": "true" });
  let checked = false;
  host.setAttribute("role", "radio");
  pressable(host, [" "]);
  host.append(dot);
  host.addEventListener("click", choose);

  function show(value: boolean): void {
    checked = value;
    host.setAttribute("aria-checked", String(checked));
  }

  function choose(): void {
    if (props.disabled || checked) return;
    show(true);
    ancestor(host, "radio-group")?.body.group?.changed(host);
  }

  return {
    member: { checked: () => checked, value: () => props.value, set: show },
    activate: choose,
    update(changed) {
      if (changed.has("checked")) {
        show(props.checked);
        if (checked) clearOthers(host);
      }
      setAttribute(host, "disabled", props.disabled);
      setAttribute(host, "aria-disabled", props.disabled && "true");
      dot.style.color = props.color;
    },
  };
});

function clearOthers(chosen: HTMLElement): void {
  const group = ancestor(chosen, "radio-group");
  if (!group) return;
  for (const { self, body } of descendants(group.self.host, "radio")) {
    if (self.host !== chosen) body.member?.set(false);
  }
}

export const radioGroup = builtIn("radio-group", { name: "" }, (self) => {
  const { host } = self;
  const all = () => descendants(host, "radio");
  const value = () =>
    all()
      .find(({ body }) => body.member?.checked())
      ?.body.member?.value() ?? "";
  host.setAttribute("role", "radiogroup");
  // Arrows go from one to the next, as in every group of radios.
  host.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    const radios = all().filter((each) => !each.self.props.disabled);
    const at = radios.findIndex((each) => each.self.host === event.target);
    const next = step && at >= 0 ? radios.at((at + step) % radios.length) : undefined;
    if (!next) return;
    event.preventDefault();
    next.self.host.focus();
    next.self.host.click();
  });
  return {
    group: {
      changed(member) {
        clearOthers(member);
        self.emit("change", { value: value() });
      },
    },
    field: {
      value,
      reset: () => {
        for (const { self: each, body } of all()) body.member?.set(each.props.checked === true);
      },
    },
  };
});
