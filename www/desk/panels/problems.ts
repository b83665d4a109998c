/** What is wrong with the project: found by the compiler, or by a phone that runs it. */
import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { EXCERPT } from "../../shared/excerpt";
import type { Problem } from "../../shared/project";
import type { Topic } from "../bus";
import type { Desk } from "../desk";
import type { Panel } from "../dock";
import { icon } from "../icons";
import { positionLink } from "../positions";

export class ProblemsPanel implements Panel {
  readonly name = "problems";
  readonly topics: readonly Topic[] = ["log", "server"];
  readonly #desk: Desk;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  label(): string {
    return this.#desk.view.texts.problems;
  }

  badge(): { count: number; tone: string } {
    const problems = this.#problems();
    const errors = problems.some(({ severity }) => severity === "error");
    return { count: problems.length, tone: errors ? "error" : "warning" };
  }

  view(): TemplateResult {
    const { server, view } = this.#desk;
    const t = view.texts;
    const problems = this.#problems();
    return html`<div class="problems grow-panel scroll">
      ${server.trouble ? html`<p class="failure">${t.serverTrouble}. ${server.trouble}</p>` : nothing}
      ${
        problems.length === 0
          ? html`<p class="hint">${t.noProblems}</p>`
          : html`<ol>${repeat(
              problems,
              (_, index) => index,
              (problem) => this.#problem(problem),
            )}</ol>`
      }
    </div>`;
  }

  #problem({ severity, file, line, column, excerpt, excerptColumn, message }: Problem): TemplateResult {
    const t = this.#desk.view.texts;
    const characters = Array.from(excerpt);
    const at = column - excerptColumn;
    const part = (from: number, to?: number): string => characters.slice(from, to).join("");
    return html`<li class="problem ${severity}">
      ${icon(severity)}
      <div>
        <p><span class="visually-hidden">${severity === "error" ? t.error : t.warning}: </span>${message}</p>
        ${file ? positionLink(this.#desk, { file, line, column }) : nothing}
        ${excerpt ? html`<pre class="excerpt"><span class="number">${line}</span><code>${excerptColumn > 1 ? "…" : ""}${part(0, at)}<mark>${part(at, at + 1) || " "}</mark>${part(at + 1)}${characters.length < EXCERPT ? "" : "…"}</code></pre>` : nothing}
      </div>
    </li>`;
  }

  #problems(): Problem[] {
    return [...(this.#desk.server.manifest?.problems ?? []), ...this.#desk.log.distinctProblems()];
  }
}
