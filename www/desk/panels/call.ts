/** The call: its parts, each in a tab, and a button that saves all of it. */
import { html, type TemplateResult } from "lit-html";
import { saveCall } from "../call/export";
import { connectionsView } from "../call/connections";
import { overview } from "../call/overview";
import { TimelineView } from "../call/timeline";
import { TokenForm } from "../call/token";
import type { Topic } from "../bus";
import type { Desk } from "../desk";
import type { Panel } from "../dock";
import { hasServer } from "../../shared/secret";
import { icon } from "../icons";
import { tabs } from "../ui";

type Part = "overview" | "timeline" | "connections" | "tokens";

export class CallPanel implements Panel {
  readonly name = "call";
  readonly topics: readonly Topic[] = ["stats", "log", "phones", "server"];
  readonly #desk: Desk;
  readonly #timeline: TimelineView;
  readonly #token: TokenForm;
  #part: Part = "overview";
  #stop: (() => void) | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#timeline = new TimelineView(desk);
    this.#token = new TokenForm(desk);
  }

  label(): string {
    return this.#desk.view.texts.call;
  }

  shown(): void {
    this.#stop = this.#desk.calls.watch();
  }

  hidden(): void {
    this.#stop?.();
  }

  drawn(root: HTMLElement): void {
    if (this.#part === "timeline") this.#timeline.drawn(root);
  }

  view(): TemplateResult {
    const t = this.#desk.view.texts;
    const names = [
      "overview",
      "timeline",
      "connections",
      ...(hasServer() ? (["tokens"] as const) : []),
    ] as const;
    const parts = names.map((name) => ({
      name,
      label: t[name],
    }));
    return html`
      <div class="panel-bar">
        ${tabs(
          t.call,
          parts,
          this.#part,
          (part) => {
            this.#part = part;
            this.#desk.bus.touch("view");
          },
          "call-part",
        )}
        <span class="spacer"></span>
        <button type="button" class="secondary" @click=${() => void saveCall(this.#desk)}>${icon("save")}${t.saveCall}</button>
      </div>
      <div class="grow-panel call-part" id="call-part" role="tabpanel" aria-labelledby="tab-${this.#part}">${this.#content()}</div>`;
  }

  #content(): TemplateResult {
    switch (this.#part) {
      case "overview":
        return overview(this.#desk);
      case "timeline":
        return this.#timeline.view();
      case "connections":
        return connectionsView(this.#desk);
      case "tokens":
        return this.#token.view();
    }
  }
}
