/** A file of the project, at the line that a console message, a problem or a stack names. */
import { html, nothing, type TemplateResult } from "lit-html";
import type { SourcePosition } from "../../shared/bridge";
import type { Topic } from "../bus";
import type { Desk } from "../desk";
import type { Panel } from "../dock";
import { fileUrl } from "../positions";

/** Longer files are shown around their line. */
const MOST_LINES = 4000;

export class SourcePanel implements Panel {
  readonly name = "source";
  readonly topics: readonly Topic[] = [];
  readonly onDemand = true;
  readonly #desk: Desk;
  #at: SourcePosition | null = null;
  #lines: string[] = [];
  #trouble = "";
  #scroll = false;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  label(): string {
    return this.#desk.view.texts.source;
  }

  async open(at: SourcePosition): Promise<void> {
    this.#at = at;
    this.#trouble = "";
    try {
      let response = await fetch(fileUrl(at), { cache: "no-store" });
      // The source map names the file and does not have it.
      if (!response.ok && at.built && this.#at === at) {
        at = this.#at = at.built;
        response = await fetch(fileUrl(at), { cache: "no-store" });
      }
      const text = await response.text();
      // Somebody may have chosen another meanwhile.
      if (this.#at !== at) return;
      if (!response.ok) throw new Error(`${response.status} ${text.slice(0, 200)}`);
      this.#lines = text.split("\n");
    } catch (error) {
      this.#lines = [];
      this.#trouble = error instanceof Error ? error.message : String(error);
    }
    this.#scroll = true;
    this.#desk.bus.touch("view");
  }

  shown(): void {
    this.#scroll = true;
  }

  drawn(root: HTMLElement): void {
    if (!this.#scroll) return;
    this.#scroll = false;
    root.querySelector(".source-line.here")?.scrollIntoView({ block: "center" });
  }

  view(): TemplateResult {
    const t = this.#desk.view.texts;
    const at = this.#at;
    if (!at) return html`<p class="hint">${t.noSource}</p>`;
    const begin = this.#lines.length > MOST_LINES ? Math.max(0, at.line - MOST_LINES / 2) : 0;
    return html`
      <div class="panel-bar"><b class="grow wrap">${at.file}:${at.line}</b><a class="position" href=${fileUrl(at)} target="_blank">${t.openFile}</a></div>
      ${this.#trouble ? html`<p class="failure">${t.sourceFailed(at.file, this.#trouble)}</p>` : nothing}
      <div class="source-text grow-panel scroll" tabindex="0" role="region" aria-label=${at.file}>
        ${this.#lines.slice(begin, begin + MOST_LINES).map((line, index) => {
          const number = begin + index + 1;
          const here = number === at.line;
          return html`<div class="source-line ${here ? "here" : ""}" aria-current=${here ? "true" : nothing}><span class="number">${number}</span><code>${line}</code></div>`;
        })}
      </div>`;
  }
}
