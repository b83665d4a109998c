/**
 * Attributes that a component does not have: each is told once, with its line, which is looked up in
 * the source. Tags that are not there are the compiler's to notice; attributes are known only when
 * the scripts of components ran.
 */
import type { Element } from "glass-easel";
import { findInTemplate, literal, type Found } from "./template-source";

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
    const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    void this.#warn(
      component,
      attribute,
      `<${tag}> has no attribute "${attribute}"`,
      new RegExp(`(?<=<${literal(tag)}\\b[^>]*?\\s)(?:${literal(attribute)}|${literal(name)})\\b`),
    );
    return true;
  }

  /** Forgets what was told of a component, whose template or scripts changed. */
  forget(component: string): void {
    this.#told.delete(component);
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
