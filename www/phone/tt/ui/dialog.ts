/**
 * Dialogues over the phone's screen: `<dialog>` elements in its layer, so that focus, Escape and what
 * lies behind are the browser's affair. In the platform's look, light or dark as the phone is.
 */
import type { Phone } from "../../phone";
import { STYLE } from "./style";

/** `card` in the middle, `sheet` from below, `full` over everything. */
export type Kind = "card" | "sheet" | "full";

/**
 * Opens a dialogue that `build` fills and closes with an answer; one that the user dismisses gives
 * `dismissed`.
 */
export function openDialog<T>(
  phone: Phone,
  kind: Kind,
  label: string,
  dismissed: T,
  build: (dialog: HTMLDialogElement, close: (answer: T) => void) => void,
): Promise<T> {
  return new Promise((resolve) => {
    const dialog = element("dialog", `tt-ui tt-ui-${kind}`);
    dialog.setAttribute("aria-label", label);
    const stop = dress(phone, dialog);
    const close = (answer: T): void => {
      stop();
      dialog.close();
      dialog.remove();
      resolve(answer);
    };
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(dismissed);
    });
    if (kind === "sheet") {
      // A click on the dialogue itself is one beside its content: on what dims the screen.
      dialog.addEventListener("click", (event) => event.target === dialog && close(dismissed));
    }
    build(dialog, close);
    phone.layer.append(dialog);
    dialog.showModal();
  });
}

/** Gives an element our style and the phone's theme; the answer ends it. */
export function dress(phone: Phone, target: HTMLElement): () => void {
  const { ownerDocument } = phone.layer;
  if (!ownerDocument.getElementById("tt-ui-style")) {
    const style = element("style");
    style.id = "tt-ui-style";
    style.textContent = STYLE;
    ownerDocument.head.append(style);
  }
  const colour = (): void => void (target.style.colorScheme = phone.settings.theme);
  colour();
  return phone.on("settings", colour);
}

/** An element with a class and children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = "",
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

/** A button that does something. */
export function button(text: string, className: string, act: () => void): HTMLButtonElement {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

/** Text in the phone's language. */
export function say(phone: Phone, english: string, chinese: string): string {
  return phone.settings.language === "en" ? english : chinese;
}
