/**
 * Dialogues over the phone's screen: `<dialog>` elements in its layer, so that focus, Escape and what
 * lies behind are the browser's affair. In the platform's look, light or dark as the phone is.
 */
import type { Phone } from "../phone";
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
    let remove = (): void => {};
    const close = (answer: T): void => {
      dialog.close();
      remove();
      resolve(answer);
    };
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(dismissed);
    });
    // A ring around what has the focus is for those who use keys; a phone shows none.
    dialog.addEventListener("keydown", () => dialog.classList.add("keys"));
    if (kind === "sheet") {
      // A click on the dialogue itself is one beside its content: on what dims the screen.
      dialog.addEventListener("click", (event) => event.target === dialog && close(dismissed));
    }
    build(dialog, close);
    remove = dress(phone, dialog);
    show(dialog);
  });
}

/**
 * Opens it, with the focus in it, on what is marked as first, unless the user types elsewhere on the
 * desk: no dialogue may take them from there. What is inert gets no focus. (`autofocus` is nothing for
 * a frame of another origin than the window's.)
 */
function show(dialog: HTMLDialogElement): void {
  const elsewhere = window.parent !== window && !document.hasFocus();
  dialog.inert = elsewhere;
  dialog.showModal();
  dialog.inert = false;
  if (!elsewhere) dialog.querySelector<HTMLElement>("[data-first]")?.focus();
}

/**
 * Puts an element over the screen, in our style and the phone's theme and out of reach of a page's
 * style sheets; the answer removes it.
 */
export function dress(phone: Phone, target: HTMLElement): () => void {
  const host = element("div");
  host.attachShadow({ mode: "open" }).append(element("style", "", STYLE), target);
  const colour = (): void => void (target.style.colorScheme = phone.settings.theme);
  colour();
  const stop = phone.on("settings", colour);
  phone.layer.append(host);
  return () => {
    stop();
    host.remove();
  };
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
