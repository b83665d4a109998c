/** Small things over the screen: an error, a question of permission, a menu, the veil of the background. */
import type { SourcePosition } from "../../shared/bridge";
import { part, shadowed } from "./html";

const FONT = "font: 15px -apple-system, 'PingFang SC', 'Noto Sans CJK SC', Roboto, sans-serif";
const BUTTON =
  "button { all: unset; cursor: pointer; box-sizing: border-box } button:focus-visible { outline: 2px solid #2a7fff; outline-offset: -2px }";

interface Message {
  message: string;
  at: SourcePosition | null;
  count: number;
}

/** Shows the last error of the page on top, or of the whole project, at the bottom until it is dismissed. */
export class ErrorOverlay {
  readonly #layer: HTMLElement;
  readonly #label: string;
  readonly #top: () => object | undefined;
  /** By page. Those of the project are kept under the overlay itself, those of a page that comes under the layer. */
  #messages = new WeakMap<object, Message>();
  #shown: { element: HTMLElement; root: ShadowRoot } | undefined;

  /** `top` is the page on top, unless another one is about to come. */
  constructor(layer: HTMLElement, dismissLabel: string, top: () => object | undefined) {
    this.#layer = layer;
    this.#label = dismissLabel;
    this.#top = top;
  }

  /** Adds an error of the page, or of the project. */
  show(message: string, at: SourcePosition | null, ofProject = false): void {
    const owner = ofProject ? this : (this.#top() ?? this.#layer);
    const count = (this.#messages.get(owner)?.count ?? 0) + 1;
    this.#messages.set(owner, { message, at, count });
    this.#update();
  }

  /** Forgets all errors. */
  clear(): void {
    this.#messages = new WeakMap();
    this.#update();
  }

  /** A page came on top, with what went wrong on its way. */
  routed(): void {
    const page = this.#top();
    const early = this.#messages.get(this.#layer);
    if (page && early) {
      this.#messages.delete(this.#layer);
      if (!this.#messages.has(page)) this.#messages.set(page, early);
    }
    this.#update();
  }

  /** Shows what there is to say. */
  #update(): void {
    const owners = [this.#layer, this.#top(), this];
    const found = owners
      .map((owner) => owner && this.#messages.get(owner))
      .find((message) => message !== undefined);
    if (!found) {
      this.#shown?.element.remove();
      this.#shown = undefined;
      return;
    }
    const { message, at, count } = found;
    const { root } = (this.#shown ??= this.#make());
    part(root, "b").textContent = count > 1 ? String(count) : "";
    part(root, "p").textContent = message;
    part(root, "small").textContent = at ? `${at.file}:${at.line}:${at.column}` : "";
  }

  #dismiss(): void {
    for (const owner of [this.#layer, this.#top(), this]) {
      if (owner) this.#messages.delete(owner);
    }
    this.#update();
  }

  #make(): { element: HTMLElement; root: ShadowRoot } {
    const { element, root } = shadowed(
      "phone-error",
      `${BUTTON} :host { position: absolute; inset: auto 8px calc(8px + max(var(--tab-bar, 0px), var(--safe-area-inset-bottom))); pointer-events: auto; ${FONT} }
      div { display: flex; gap: 8px; align-items: start; padding: 10px 12px; border-radius: 10px; background: #b00020; color: #fff; font-size: 12px; line-height: 1.4; box-shadow: 0 4px 16px rgb(0 0 0 / 30%) }
      section { flex: 1; min-width: 0; overflow-wrap: anywhere }
      p { margin: 0; max-height: 8.4em; overflow: auto; white-space: pre-wrap } small { opacity: .8 }
      b:empty { display: none } b { padding: 0 6px; border-radius: 8px; background: rgb(255 255 255 / 25%) }
      button { padding: 0 4px; font-size: 16px; line-height: 1 }`,
      `<div role="alert"><b></b><section><p></p><small></small></section><button type="button">×</button></div>`,
    );
    const button = part<HTMLButtonElement>(root, "button");
    button.ariaLabel = this.#label;
    button.addEventListener("click", () => this.#dismiss());
    this.#layer.append(element);
    return { element, root };
  }
}

/** Asks; the answer is which button was pressed, or null where the question was taken back. */
export function ask(
  layer: HTMLElement,
  question: { title: string; text: string; buttons: string[] },
  signal: AbortSignal,
): Promise<number | null> {
  if (signal.aborted) return Promise.resolve(null);
  const { element, root } = shadowed(
    "phone-dialog",
    `${BUTTON} :host { position: absolute; inset: 0; display: grid; place-items: center; background: rgb(0 0 0 / 50%); pointer-events: auto; ${FONT} }
    section { width: min(300px, 80%); border-radius: 12px; overflow: hidden; background: light-dark(#fff, #252632); color: light-dark(#161823, #fffffff0); text-align: center }
    h2 { margin: 20px 16px 6px; font-size: 17px } p { margin: 0 16px 20px; color: light-dark(#666, #ffffff99) }
    div { display: flex; border-top: 1px solid light-dark(#1618231f, #ffffff1f) }
    :host(:not(.keys)) button { outline: none }
    button { flex: 1; padding: 13px 8px; font-size: 16px } button + button { border-left: 1px solid light-dark(#1618231f, #ffffff1f); color: light-dark(#d6204a, #ff6b8b); font-weight: 600 }`,
    `<section role="dialog" aria-modal="true"><h2></h2><p></p><div></div></section>`,
  );
  part(root, "h2").textContent = question.title;
  part(root, "p").textContent = question.text;
  part(root, "section").ariaLabel = question.title;
  element.addEventListener("keydown", () => element.classList.add("keys"));
  layer.append(element);
  return new Promise((answer) => {
    const done = (index: number | null): void => {
      element.remove();
      answer(index);
    };
    signal.addEventListener("abort", () => done(null));
    part(root, "div").append(...buttons(question.buttons, done));
    // Not out of the hands of somebody who types elsewhere on the desk.
    if (document.hasFocus()) part<HTMLButtonElement>(root, "button:last-child").focus();
  });
}

/** A menu from below; the answer is null where it was left without a choice. */
export function menu(layer: HTMLElement, items: string[], cancel: string): Promise<number | null> {
  const { element, root } = shadowed(
    "phone-menu",
    `${BUTTON} :host { position: absolute; inset: 0; background: rgb(0 0 0 / 50%); pointer-events: auto; ${FONT} }
    section { position: absolute; inset: auto 0 0; border-radius: 12px 12px 0 0; overflow: hidden; background: light-dark(#fff, #252632); color: light-dark(#161823, #fffffff0); padding-bottom: var(--safe-area-inset-bottom) }
    button { display: block; width: 100%; padding: 15px; border-bottom: 1px solid light-dark(#1618231f, #ffffff1f); text-align: center; font-size: 16px } button:last-child { border-top: 6px solid light-dark(#1618230d, #ffffff14) }`,
    `<section role="menu"></section>`,
  );
  layer.append(element);
  return new Promise((answer) => {
    const done = (index: number | null): void => {
      element.remove();
      answer(index);
    };
    part(root, "section").append(
      ...buttons([...items, cancel], (index) => done(index < items.length ? index : null)),
    );
    element.addEventListener("click", (event) => {
      if (event.composedPath()[0] === element) done(null);
    });
  });
}

/** Lies over everything while the app is in the background. */
export function veil(layer: HTMLElement, label: string, back: () => void): HTMLElement {
  const { element, root } = shadowed(
    "phone-veil",
    `${BUTTON} :host { position: absolute; inset: 0; z-index: 1; pointer-events: auto; ${FONT} }
    button { display: grid; place-items: center; width: 100%; height: 100%; background: rgb(16 18 27 / 85%); color: #fff; text-align: center }`,
    `<button type="button"></button>`,
  );
  const button = part<HTMLButtonElement>(root, "button");
  button.textContent = label;
  button.addEventListener("click", back);
  layer.append(element);
  return element;
}

function buttons(labels: string[], pressed: (index: number) => void): HTMLButtonElement[] {
  return labels.map((label, index) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => pressed(index));
    return button;
  });
}
