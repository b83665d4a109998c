/**
 * The project's style sheets in the phone's document. The compiler writes them as they are used:
 * each reaches its own page or component only (`crates/miniprogram/src/ttss`). The safe area's insets
 * are those of the device, and a part of the page's window stands for `vh`.
 */
import { encodePath } from "../../shared/paths";
import { SITE } from "../../shared/site";

/** Where a sheet stands among the others: what comes later wins over its equals. */
const KINDS = ["app", "component", "page"] as const;
type Kind = (typeof KINDS)[number];

interface Sheet {
  kind: Kind;
  shared: boolean;
  text: string;
  css: CSSStyleSheet;
  /** What a page says of custom properties (`@property`): that of one page at a time. */
  properties: CSSStyleSheet;
}

export class Styles {
  readonly #texts = new Map<string, Promise<string>>();
  readonly #sheets = new Map<string, Sheet>();
  readonly #order: Record<Kind, CSSStyleSheet[]> = { app: [], component: [], page: [] };
  #shown: string | undefined;

  /** Fetches a sheet, for `use` to find it. `shared`: its classes have no prefix. */
  load(name: string, shared = false): Promise<string> {
    const url = `${SITE}app/${shared ? "shared-style" : "style"}/${encodePath(name)}.css`;
    let text = this.#texts.get(url);
    if (!text) this.#texts.set(url, (text = fetchText(url)));
    return text;
  }

  /**
   * Puts a sheet into the document, if it is not there. For the images and fonts of a constructed sheet
   * Chromium sends no referrer, whereas for those of a `style` element it ignores the document's policy.
   */
  async use(name: string, kind: Kind, shared = false): Promise<void> {
    if (this.#sheets.has(name)) return;
    const sheet = { kind, shared, text: "", css: new CSSStyleSheet(), properties: new CSSStyleSheet() };
    this.#sheets.set(name, sheet);
    const text = await this.load(name, shared);
    this.#fill(name, sheet, text);
    this.#order[kind].push(sheet.properties, sheet.css);
    document.adoptedStyleSheets = KINDS.flatMap((kind) => this.#order[kind]);
  }

  /** The page of this name is on top. */
  show(name: string): void {
    this.#shown = name;
    for (const [page, { properties }] of this.#sheets) properties.disabled = page !== name;
  }

  #fill(name: string, sheet: Sheet, text: string): void {
    const { kind, css, properties } = sheet;
    sheet.text = text;
    css.replaceSync(text);
    const own = kind === "page" && /@property/i.test(text) ? takeProperties(css) : [];
    properties.replaceSync(own.join("\n"));
    properties.disabled = this.#shown !== name;
  }

  /** Changes the text of sheets. */
  refresh(change: (text: string) => string): void {
    for (const [name, sheet] of this.#sheets) {
      const text = change(sheet.text);
      if (text !== sheet.text) this.#fill(name, sheet, text);
    }
  }

  /** Fetches a sheet anew and puts it in the place of the old one. */
  async reload(name: string): Promise<void> {
    const sheet = this.#sheets.get(name);
    for (const url of this.#texts.keys()) {
      if (url.endsWith(`style/${encodePath(name)}.css`)) this.#texts.delete(url);
    }
    if (sheet) this.#fill(name, sheet, await this.load(name, sheet.shared));
  }
}

/** Takes the rules that register custom properties out of a sheet: a document has one for each name. */
function takeProperties(group: CSSStyleSheet | CSSGroupingRule): string[] {
  return Array.from(group.cssRules).flatMap((rule) => {
    if ("syntax" in rule && "initialValue" in rule) {
      group.deleteRule(Array.from(group.cssRules).indexOf(rule));
      return rule.cssText;
    }
    return rule instanceof CSSGroupingRule ? takeProperties(rule) : [];
  });
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url, { cache: "no-store" });
  return response.ok ? response.text() : "";
}

/** Whether the browser keeps a page's sheet to its page; if not, the prefixes of its classes do. */
export const SCOPES = "CSSScopeRule" in globalThis;

/** In `tt-in`: the styles of the app and the page. In names: behind the prefix of a sheet. */
export const SHARED = "·";

/** The name of an animation as its sheet has it. */
export function plainName(name: string): string {
  return name.slice(name.indexOf(SHARED) + 1);
}
