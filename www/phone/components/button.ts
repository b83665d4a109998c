/** `button`, with all that it can open. */
import { ancestor, builtIn } from "./support/builtin";
import { h, pressable, setAttribute } from "./support/dom";
import { addHover, hoverProps } from "./support/hover";
import { open } from "./support/open-type";

const defaults = {
  ...hoverProps("button-hover", 20, 70),
  size: "default",
  type: "default",
  plain: false,
  disabled: false,
  loading: false,
  formType: "",
  openType: "",
  groupId: "",
};

export const button = builtIn("button", defaults, (self) => {
  const { host, props, component } = self;
  const spinner = h("i", { "aria-hidden": "true" });
  const works = () => !props.disabled;
  host.setAttribute("role", "button");
  pressable(host);
  addHover(self, "button-hover", works);
  // A disabled button keeps its tap from everyone.
  component.addListener("tap", () => (works() ? undefined : false), { capture: true });
  component.addListener("tap", () => {
    if (!works()) return;
    const form = ancestor(host, "form")?.body.form;
    if (props.formType === "submit") form?.submit(component);
    if (props.formType === "reset") form?.reset();
    if (props.openType) void open(self, props.openType);
  });

  return {
    update() {
      setAttribute(host, "type", props.type);
      setAttribute(host, "size", props.size);
      setAttribute(host, "plain", props.plain);
      setAttribute(host, "disabled", props.disabled);
      setAttribute(host, "aria-disabled", props.disabled && "true");
      setAttribute(host, "aria-busy", props.loading && "true");
      if (props.loading) host.prepend(spinner);
      else spinner.remove();
    },
    activate: () => host.click(),
  };
});
