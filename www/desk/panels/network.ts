/** The requests that pages made, each with what was sent and what came back. */
import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { RequestRecord } from "../../shared/bridge";
import type { Topic } from "../bus";
import type { Desk } from "../desk";
import type { Panel } from "../dock";
import type { Entry } from "../log";
import { Rows } from "../rows";
import { chip, clock, iconButton, span } from "../ui";
import { valueTree } from "../values";
import { phoneFilter } from "./console";
import { valueOf } from "./storage";

type Request = Entry<RequestRecord & { time: number }>;

export class NetworkPanel implements Panel {
  readonly name = "network";
  readonly topics: readonly Topic[] = ["log", "phones"];
  readonly #desk: Desk;
  readonly #rows: Rows;
  #phone = "";
  #chosen: number | null = null;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#rows = new Rows(() => desk.bus.touch("log"));
  }

  label(): string {
    return this.#desk.view.texts.networkPanel;
  }

  drawn(root: HTMLElement): void {
    this.#rows.drawn(root);
  }

  view(): TemplateResult {
    const { log, view, bus } = this.#desk;
    const t = view.texts;
    const requests = this.#phone ? log.requests.filter(({ phone }) => phone === this.#phone) : log.requests;
    const chosen = requests.find(({ seq }) => seq === this.#chosen);
    return html`
      <div class="panel-bar">
        ${phoneFilter(this.#desk, this.#phone, (phone) => {
          this.#phone = phone;
          bus.touch("log");
        })}
        <span class="spacer"></span>
        ${iconButton("trash", t.clear, () => {
          log.clear("requests");
          bus.touch("log");
        })}
      </div>
      <div class="split grow-panel">
        ${this.#rows.view(t, t.networkPanel, requests, (entry) => this.#row(entry), t.nothing)}
        ${chosen ? this.#detail(chosen) : nothing}
      </div>`;
  }

  #row(entry: Request): TemplateResult {
    const { view, bus } = this.#desk;
    const t = view.texts;
    const { record, seq } = entry;
    const user = this.#desk.nameOf(entry.phone);
    const chosen = seq === this.#chosen;
    return html`${guard([record, view.language, user, chosen], () => {
      const failed = record.error !== "" || (record.status ?? 0) >= 400;
      return html`<button type="button" class="line request ${failed ? "error" : ""}" aria-expanded=${chosen} @click=${() => {
        this.#chosen = chosen ? null : seq;
        bus.touch("log");
      }}>
        <time>${clock(record.time)}</time>${chip(user)}
        <span class="method">${record.method}</span>
        <span class="request-url" title=${record.url}>${record.url}</span>
        ${record.mocked ? html`<span class="badge mock">${t.mocked}</span>` : nothing}
        <span class="status">${record.error ? t.error : (record.status ?? t.running)}</span>
        <span class="number">${record.duration === null ? "" : span(record.duration)}</span>
      </button>`;
    })}`;
  }

  #detail({ record }: Request): TemplateResult {
    const { view, bus } = this.#desk;
    const t = view.texts;
    return html`<section class="detail" aria-label=${record.url}>
      <h3><span class="method">${record.method}</span> <span class="grow wrap">${record.url}</span>
        ${iconButton("close", t.close, () => {
          this.#chosen = null;
          bus.touch("log");
        })}</h3>
      <p>${t.status}: <b>${record.status ?? t.running}</b>${record.duration === null ? nothing : html` · ${t.duration}: <b>${span(record.duration)}</b>`}
        ${record.mocked ? html` · <span class="badge mock">${t.mocked}</span>` : nothing}</p>
      ${record.error ? html`<p class="failure">${record.error}</p>` : nothing}
      ${this.#body(t.responseBody, record.responseBody)}
      ${this.#headers(t.responseHeaders, record.responseHeaders)}
      ${this.#body(t.requestBody, record.requestBody)}
      ${this.#headers(t.requestHeaders, record.requestHeaders)}
    </section>`;
  }

  #headers(label: string, headers: Record<string, string>): TemplateResult | typeof nothing {
    const list = Object.entries(headers ?? {});
    if (list.length === 0) return nothing;
    return html`<h4>${label}</h4><dl class="headers">${list.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
  }

  #body(label: string, body: string): TemplateResult | typeof nothing {
    if (!body) return nothing;
    const value = valueOf(body);
    return html`<h4>${label}</h4>${typeof value === "object" && value !== null
      ? valueTree({ value, open: true, texts: this.#desk.view.texts })
      : html`<pre class="body">${body.slice(0, 20_000)}</pre>`}`;
  }
}
