/** The requests that pages made, each with what was sent and what came back; of sockets, their messages. */
import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { RequestRecord, SocketMessage } from "../../shared/bridge";
import type { Topic } from "../bus";
import type { Desk } from "../desk";
import type { Panel } from "../dock";
import type { Entry, LoggedRequest } from "../log";
import { Rows } from "../rows";
import { chip, clock, iconButton, span } from "../ui";
import { valueTree } from "../values";
import { phoneFilter } from "./console";
import { valueOf } from "./storage";

type Request = Entry<LoggedRequest>;

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
        ${record.count === undefined ? nothing : html`<span class="badge" title=${t.messages}>${record.count} ⇅</span>`}
        <span class="status">${this.#status(record)}</span>
        <span class="number">${record.duration ? span(record.duration) : ""}</span>
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
      <p>${t.status}: <b>${this.#status(record)}</b>${record.close?.reason ? html` · ${record.close.reason}` : nothing}${!record.duration ? nothing : html` · ${t.duration}: <b>${span(record.duration)}</b>`}
        ${record.mocked ? html` · <span class="badge mock">${t.mocked}</span>` : nothing}</p>
      ${record.error ? html`<p class="failure">${record.error}</p>` : nothing}
      ${this.#messages(record.messages)}
      ${this.#body(t.responseBody, record.responseBody)}
      ${this.#headers(t.responseHeaders, record.responseHeaders)}
      ${this.#body(t.requestBody, record.requestBody)}
      ${this.#headers(t.requestHeaders, record.requestHeaders)}
    </section>`;
  }

  #status({ error, status, duration, close }: RequestRecord): string | number {
    const t = this.#desk.view.texts;
    if (error) return t.error;
    if (close) return t.closed(close.code);
    // The browser does not say what became of an element's request.
    return status ?? (duration === null ? t.running : "–");
  }

  #messages(messages: readonly SocketMessage[] = []): TemplateResult | typeof nothing {
    const t = this.#desk.view.texts;
    if (messages.length === 0) return nothing;
    return html`<h4>${t.messages}</h4><ol class="messages">${messages.map(({ from, data, time }) => {
      const label = from === "page" ? t.sent : t.received;
      return html`<li data-from=${from}><time>${clock(time)}</time><span role="img" aria-label=${label} title=${label}>${from === "page" ? "↑" : "↓"}</span><span class="wrap">${data}</span></li>`;
    })}</ol>`;
  }

  #headers(label: string, headers: RequestRecord["responseHeaders"]): TemplateResult | typeof nothing {
    const list = Object.entries(headers ?? {}).flatMap(([name, value]) =>
      [value].flat().map((each) => [name, each]),
    );
    if (list.length === 0) return nothing;
    return html`<h4>${label}</h4><dl class="headers">${list.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
  }

  #body(label: string, body: string): TemplateResult | typeof nothing {
    if (!body) return nothing;
    const value = valueOf(body);
    return html`<h4>${label}</h4>${
      typeof value === "object" && value !== null
        ? valueTree({ value, open: true, texts: this.#desk.view.texts })
        : html`<pre class="body">${body.slice(0, 20_000)}</pre>`
    }`;
  }
}
