/**
 * The project's style sheets in the phone's document. Each page's sheet reaches only its own page,
 * `vh` is a part of the page's window rather than of the phone's, and the safe area's insets are
 * those of the device.
 */
import { encodePath } from "../../shared/paths";

/** Where a sheet stands among the others: what comes later wins over its equals. */
const ORDER = ["app", "component", "page"] as const;
type Kind = (typeof ORDER)[number];

export class Styles {
  readonly #texts = new Map<string, Promise<string>>();
  readonly #sheets = new Map<string, { element: HTMLStyleElement; kind: Kind; drop: string }>();
  readonly #ends: Record<Kind, Comment>;

  constructor() {
    const ends = ORDER.map((kind) => document.createComment(`style sheets: ${kind}`));
    document.head.append(...ends);
    this.#ends = { app: ends[0] as Comment, component: ends[1] as Comment, page: ends[2] as Comment };
  }

  /** Fetches a sheet, for `use` to find it. */
  async load(name: string): Promise<void> {
    if (!this.#texts.has(name)) this.#texts.set(name, fetchText(name));
    await this.#texts.get(name);
  }

  /**
   * Puts a loaded sheet into the document, if it is not there.
   *
   * @param drop the scope to take out again, or nothing
   */
  async use(name: string, kind: Kind, drop = ""): Promise<void> {
    if (this.#sheets.has(name)) return;
    const element = document.createElement("style");
    element.dataset.sheet = name;
    this.#sheets.set(name, { element, kind, drop });
    element.textContent = forPhone(await (this.#texts.get(name) ?? ""), name, kind, drop);
    this.#ends[kind].before(element);
  }

  /** Fetches a sheet anew and puts it in the place of the old one. */
  async reload(name: string): Promise<void> {
    const sheet = this.#sheets.get(name);
    this.#texts.set(name, fetchText(name));
    const text = await this.#texts.get(name);
    if (sheet) sheet.element.textContent = forPhone(text ?? "", name, sheet.kind, sheet.drop);
  }
}

async function fetchText(name: string): Promise<string> {
  const response = await fetch(`/app/style/${encodePath(name)}.css`, { cache: "no-store" });
  return response.ok ? response.text() : "";
}

function forPhone(css: string, name: string, kind: Kind, drop: string): string {
  let text = lengths(drop === "" ? css : css.replaceAll(`.${drop}--`, ".").replaceAll(`:where([wx-host="${drop}"]) `, "").replaceAll(`:where([wx-host="${drop}"])`, ""));
  text = text.replace(/env\(\s*(safe-area-inset-(?:top|right|bottom|left))/g, "var(--$1");
  return kind === "page" ? scoped(text, name) : text;
}

/** `vh` of the page's window. Also for `style` attributes. */
export function lengths(css: string): string {
  if (!css.includes("vh")) return css;
  return css.replace(/(^|[\s:(,*/+])(-?(?:\d+\.?\d*|\.\d+))vh\b/g, "$1calc($2 * var(--vh))");
}

/** Whether the browser keeps a page's sheet to its page; if not, the prefixes of its classes do. */
export const SCOPES = "CSSScopeRule" in globalThis;

/** The root of a scope matches none of its selectors; `page {}` is meant for an element within. */
function scoped(css: string, page: string): string {
  if (css.trim() === "" || !SCOPES) return css;
  return `@scope (phone-page[data-page=${JSON.stringify(page)}]) {\n${css}\n}`;
}

/** A `style` attribute as the browser takes it: rpx are parts of the phone's width. */
export function inlineStyle(style: string): string {
  const text = style.includes("rpx")
    ? style.replace(/(-?(?:\d+\.?\d*|\.\d+))rpx\b/g, (_, value: string) => `${Number(value) / 7.5}vw`)
    : style;
  return lengths(text);
}
