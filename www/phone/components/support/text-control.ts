/** What `input` and `textarea` share: a native control, a placeholder with a page's own style, events. */
import type { Body, BuiltIn, Changed } from "./builtin";
import { classes, ownCss } from "./css";
import { h } from "./dom";
import { keyboardHeight, watchKeyboard } from "./keyboard";

export const textDefaults = {
  value: "",
  placeholder: "",
  placeholderStyle: "",
  placeholderClass: "",
  disabled: false,
  /** In UTF-16 units; -1 for no limit. */
  maxlength: 140,
  focus: false,
  autoFocus: false,
  cursor: -1,
  selectionStart: -1,
  selectionEnd: -1,
  confirmType: "done",
  confirmHold: false,
  holdKeyboard: false,
  // A browser's keyboard takes care of itself.
  cursorSpacing: 0,
  adjustPosition: true,
  alwaysEmbed: false,
  cursorColor: "",
  name: "",
};

type Self = BuiltIn<typeof textDefaults>;

/** The control that was focused last: it hears of the keyboard, also of its end. */
let focused: Self | undefined;
watchKeyboard((height) => focused?.emit("keyboardheightchange", { height, duration: 0 }));

/** Fills `self` with `control`; `confirms` says whether a key is the keyboard's confirm button. */
export function textControl(
  self: Self,
  control: HTMLInputElement | HTMLTextAreaElement,
  confirms: (event: KeyboardEvent) => boolean,
  changedValue: () => void = () => {},
): Body<typeof textDefaults> {
  const { host, props, component } = self;
  const placeholder = h("div", { "aria-hidden": "true" });
  const holding = new AbortController();
  let attached = false;
  host.append(placeholder, control);

  function showValue(value: string): void {
    if (control.value !== value) control.value = value;
    shown();
  }
  function shown(): void {
    placeholder.hidden = control.value !== "";
    changedValue();
  }
  function cursor(): number {
    return control.selectionEnd ?? control.value.length;
  }
  function focus(): void {
    control.focus({ preventScroll: true });
    const { selectionStart, selectionEnd } = props;
    if (selectionStart >= 0 && selectionEnd >= 0) control.setSelectionRange(selectionStart, selectionEnd);
    else if (props.cursor >= 0) control.setSelectionRange(props.cursor, props.cursor);
  }

  control.addEventListener("input", (event) => {
    shown();
    // A word that an input method is still composing is not yet typed.
    if ((event as InputEvent).isComposing) return;
    raiseInput();
  });
  control.addEventListener("compositionend", raiseInput);
  function raiseInput(): void {
    self.emit("input", { value: control.value, cursor: cursor() }, (answer) => {
      // An input's handler may answer with what is to stand there instead.
      if (typeof answer === "string" && control instanceof HTMLInputElement) showValue(answer);
    });
  }
  control.addEventListener("focus", () => {
    focused = self;
    self.emit("focus", { value: control.value, height: keyboardHeight() });
  });
  control.addEventListener("blur", () => self.emit("blur", { value: control.value, cursor: cursor() }));
  (control as HTMLElement).addEventListener("keydown", (event) => {
    if (event.isComposing || !confirms(event)) return;
    event.preventDefault();
    self.emit("confirm", { value: control.value });
    if (!props.confirmHold) control.blur();
  });

  return {
    field: { value: () => control.value, reset: () => showValue(props.value) },
    activate: () => control.focus(),
    update(changed: Changed<typeof textDefaults>) {
      control.placeholder = props.placeholder;
      placeholder.textContent = props.placeholder;
      placeholder.style.cssText = ownCss(self.component, props.placeholderStyle);
      placeholder.className = classes(component, props.placeholderClass);
      control.disabled = props.disabled;
      control.style.caretColor = props.cursorColor;
      control.enterKeyHint = ENTER_KEYS[props.confirmType] ?? "enter";
      if (props.ariaLabel) control.setAttribute("aria-label", props.ariaLabel);
      if (props.maxlength >= 0) control.maxLength = props.maxlength;
      else control.removeAttribute("maxlength");
      // What is too long is cut when it is typed, not when a page gives it; so does the platform.
      if (changed.has("value")) showValue(props.value);
      if (!attached) return;
      const active = document.activeElement === control;
      if (changed.has("focus") && props.focus && !active) focus();
      else if (changed.has("focus") && !props.focus && active) control.blur();
      else if (changed.has("cursor") && active && props.cursor >= 0) {
        control.setSelectionRange(props.cursor, props.cursor);
      }
    },
    attached() {
      attached = true;
      if (props.focus || props.autoFocus) focus();
      shown();
      const keep = (press: MouseEvent) => {
        if (!props.holdKeyboard || document.activeElement !== control) return;
        if (!host.contains(press.target as Node)) press.preventDefault();
      };
      document.addEventListener("mousedown", keep, { capture: true, signal: holding.signal });
    },
    detached() {
      holding.abort();
      if (focused === self) focused = undefined;
    },
  };
}

/** What stands on the keyboard's confirm button. */
const ENTER_KEYS: Readonly<Record<string, string>> = {
  send: "send",
  search: "search",
  next: "next",
  go: "go",
  done: "done",
};
