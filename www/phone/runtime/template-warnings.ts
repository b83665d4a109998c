/**
 * Attributes that a component does not have: each is told once, with its line, which is looked up in
 * the source. Tags that are not there are the compiler's to notice; attributes are known only when
 * the scripts of components ran.
 */
import type { Element } from "glass-easel";
import type { SourcePosition } from "../../shared/bridge";

/** Told of a mistake, and of the line it is in. */
type Tell = (message: string, at: SourcePosition, excerpt: string) => void;

export class TemplateWarnings {
  readonly #tell: Tell;
  readonly #told = new Set<string>();

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** Takes what glass-easel warns of; whether it was about an attribute. */
  attribute(warning: string, component: string, element: Element | undefined): boolean {
    const name = /^"([^"]+)" is not a valid property$/.exec(warning)?.[1];
    if (name === undefined) return false;
    const tag = ((element as { tagName?: string } | undefined)?.tagName ?? "").replace(/^tt-/, "");
    const attribute = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    void this.#warn(
      component,
      attribute,
      `<${tag}> has no attribute "${attribute}"`,
      new RegExp(`<${escape(tag)}\\b[^>]*?\\s(?:${escape(attribute)}|${escape(name)})\\b`, "g"),
    );
    return true;
  }

  async #warn(component: string, attribute: string, message: string, pattern: RegExp): Promise<void> {
    const key = `${component} ${message}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    const file = `${component}.ttml`;
    const response = await fetch(`/app/file/${encodeURI(file)}`).catch(() => undefined);
    const text = response?.ok ? await response.text() : "";
    // Observed by a view script, who may well be the only one to know it.
    if (text.includes(`change:${attribute}=`)) return;
    const index = pattern.exec(text)?.index;
    const before = text.slice(0, index ?? 0).split("\n");
    const line = before.length;
    this.#tell(
      message,
      { file, line, column: (before.at(-1)?.length ?? 0) + 1 },
      index === undefined ? "" : (text.split("\n")[line - 1] ?? ""),
    );
  }
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
