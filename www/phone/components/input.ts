/** `input`: one line of text. */
import { builtIn } from "./support/builtin";
import { h } from "./support/dom";
import { textControl, textDefaults } from "./support/text-control";

const defaults = { ...textDefaults, type: "text", password: false, clueType: 0 };

/** What the keyboards of `type` have no keys for. What is pasted is not looked at; nor do phones. */
const NO_KEYS: Readonly<Record<string, RegExp>> = { number: /[^0-9]/, digit: /[^0-9.]/ };
const INPUT_MODES: Readonly<Record<string, string>> = { number: "numeric", digit: "decimal" };

export const input = builtIn("input", defaults, (self) => {
  const { props } = self;
  const control = h("input", { autocomplete: "off" });
  control.addEventListener("beforeinput", (event) => {
    if (event.inputType !== "insertText" || !event.data) return;
    const secondDot = props.type === "digit" && event.data.includes(".") && control.value.includes(".");
    if (NO_KEYS[props.type]?.test(event.data) || secondDot) event.preventDefault();
  });
  const body = textControl(self, control, (event) => event.key === "Enter");
  return {
    ...body,
    update(changed) {
      control.type = props.password ? "password" : "text";
      control.inputMode = INPUT_MODES[props.type] ?? "text";
      body.update?.(changed);
    },
  };
});
