/**
 * What is wrong in templates and known only when they run: attributes that a component does not have,
 * and lists that are none. Each is told once, with its line. Tags that are not there are the
 * compiler's to notice.
 */
import type { Element } from "glass-easel";
import { stackHere } from "./positions";
import { findInTemplate, listIn, literal, renderingIn, type Found } from "./template-source";
import { updatingNow } from "./views";

/** Told of a mistake in a component's template, and of its place. */
type Tell = (message: string, component: string, found: Found) => void;

export class TemplateWarnings {
  readonly #tell: Tell;
  /** What was told, by component. */
  readonly #told = new Map<string, Set<string>>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Takes what glass-easel warns of; whether it was about an attribute. */
  attribute(warning: string, component: string, element: Element | undefined): boolean {
    const name = /^"([^"]+)" is not a valid property$/.exec(warning)?.[1];
    if (name === undefined) return false;
    const tag = ((element as { tagName?: string } | undefined)?.tagName ?? "").replace(/^tt-/, "");
    // Of built-in components the compiler knows all attributes, and said so.
    if ((element as { is?: string } | undefined)?.is === `tt://${tag}`) return true;
    const attribute = kebab(name);
    void this.#warn(
      component,
      attribute,
      `<${tag}> has no attribute "${attribute}"`,
      new RegExp(`(?<=<${literal(tag)}\\b[^>]*?\\s)(?:${literal(attribute)}|${literal(name)})\\b`),
    );
    return true;
  }

  /** Takes what glass-easel warns of; whether it was about a list. It has to be called from within the warning. */
  list(warning: string, component: string): boolean {
    const message = LISTS.find(([pattern]) => pattern.test(warning))?.[1];
    if (message === undefined) return false;
    const type = /type "(\w+)"/.exec(warning)?.[1] ?? "";
    void this.#once(component, message.replace("TYPE", type), listIn(stackHere()));
    return true;
  }

  /** Takes what glass-easel warns of; whether it was about a value that a template gave to a property. */
  type(warning: string): boolean {
    const name = /^property "([^"]+)" received type-incompatible/.exec(warning)?.[1];
    const component = renderingIn(stackHere()) ?? updatingNow()?.is;
    if (name === undefined || component === undefined) return false;
    const pattern = new RegExp(`(?<=\\s)(?:${literal(kebab(name))}|${literal(name)})\\s*=`);
    void this.#once(component, warning, findInTemplate(component, pattern));
    return true;
  }

  /** Forgets what was told of a component, whose template or scripts changed. */
  forget(component: string): void {
    this.#told.delete(component);
  }

  async #once(component: string, message: string, place: Promise<Found | undefined>): Promise<void> {
    const told = this.#told.get(component) ?? new Set();
    this.#told.set(component, told);
    const found = (await place) ?? {
      at: { file: `${component}.ttml`, line: 1, column: 1 },
      line: "",
      text: "",
    };
    const key = `${message} ${found.at.file}:${found.at.line}:${found.at.column}`;
    if (told.has(key) || this.#told.get(component) !== told) return;
    told.add(key);
    this.#tell(message, component, found);
  }

  async #warn(component: string, attribute: string, message: string, pattern: RegExp): Promise<void> {
    const told = this.#told.get(component) ?? new Set();
    this.#told.set(component, told);
    if (told.has(message)) return;
    told.add(message);
    const found = await findInTemplate(component, pattern);
    // Observed by a view script, who may well be the only one to know it; or forgotten meanwhile.
    if (found.text.includes(`change:${attribute}=`) || this.#told.get(component) !== told) return;
    this.#tell(message, component, found);
  }
}

/** What glass-easel says of lists, and what to tell of it. */
const LISTS: readonly (readonly [RegExp, string])[] = [
  [
    /^The for-list data is neither Array nor Object/,
    "this tt:for is given TYPE, which is neither Array nor Object",
  ],
  [/^Use string as for-list/, "this tt:for is given a text, and goes through its letters"],
  [/^Some keys are not unique/, "items of this list have the same tt:key; keys are not unique"],
];

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
