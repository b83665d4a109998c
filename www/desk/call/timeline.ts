/** The calls of the RTC API and its events, of all phones, in order and with what they carried. */
import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { Desk } from "../desk";
import type { Entry, StepRecord } from "../log";
import { phoneFilter } from "../panels/console";
import { Rows } from "../rows";
import { chip, clock, iconButton, select, span } from "../ui";
import { valueTree } from "../values";

type Kind = "" | StepRecord["kind"] | "all";

export class TimelineView {
  readonly #desk: Desk;
  readonly #rows: Rows;
  #phone = "";
  #kind: Kind = "";

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#rows = new Rows(() => desk.bus.touch("log"));
  }

  drawn(root: HTMLElement): void {
    this.#rows.drawn(root);
  }

  view(): TemplateResult {
    const { log, view, bus } = this.#desk;
    const t = view.texts;
    // The many other functions of tt are shown on demand only.
    const wanted = (kind: StepRecord["kind"]): boolean =>
      this.#kind === "all" || (this.#kind === "" ? kind !== "api" : kind === this.#kind);
    const steps = log.steps.filter(
      ({ phone, record }) => (!this.#phone || phone === this.#phone) && wanted(record.kind),
    );
    const set = (change: () => void): void => {
      change();
      this.#rows.reset();
      bus.touch("log");
    };
    return html`
      <div class="panel-bar">
        ${phoneFilter(this.#desk, this.#phone, (phone) => set(() => (this.#phone = phone)))}
        ${select<Kind>(
          t.everyKind,
          this.#kind,
          [
            ["", t.everyKind],
            ["call", t.kinds.call],
            ["event", t.kinds.event],
            ["connection", t.kinds.connection],
            ["api", t.kinds.api],
            ["all", t.kinds.all],
          ],
          (kind) => set(() => (this.#kind = kind)),
          "",
          true,
        )}
        <span class="spacer"></span>
        ${iconButton("trash", t.clear, () => set(() => log.clear("steps")))}
      </div>
      <div class="grow-panel">
        ${this.#rows.view(t, t.timeline, steps, (entry) => this.#row(entry), t.nothing)}
      </div>`;
  }

  #row({ record, phone }: Entry<StepRecord>): TemplateResult {
    const { view } = this.#desk;
    const user = this.#desk.nameOf(phone);
    return html`${guard(
      [record, view.language, user],
      () => html`<div class="line step ${record.kind} ${failed(record) ? "error" : ""}" data-name=${nameOf(record)} data-user=${user}>
      <time>${clock(record.time)}</time>${chip(user)}
      <div class="line-body">${this.#body(record)}</div>
    </div>`,
    )}`;
  }

  #body(record: StepRecord): TemplateResult {
    const t = this.#desk.view.texts;
    switch (record.kind) {
      case "event":
        return html`<b class="event-name">${record.name}</b>${valueTree({ value: record.payload, texts: t })}`;
      case "connection":
        return html`<b>${record.what === "signaling" ? t.toHub : t.toPeer(record.peer)}</b> <span class="state">${record.state}</span>`;
      case "call":
      case "api": {
        const { result } = record;
        const took = record.kind === "call" && record.end !== null ? record.end - record.time : null;
        return html`<b>${record.name}</b>${record.options === undefined ? nothing : valueTree({ value: record.options, texts: t })}
          ${
            result
              ? html`<span class="answer ${result.ok ? "ok" : "fail"}">→</span>${valueTree({ value: result.value, texts: t })}`
              : html`<span class="soft">… ${t.pending}</span>`
          }
          ${took === null ? nothing : html`<span class="soft took">${span(took)}</span>`}`;
      }
    }
  }
}

function failed(record: StepRecord): boolean {
  return (record.kind === "call" || record.kind === "api") && record.result?.ok === false;
}

function nameOf(record: StepRecord): string {
  return record.kind === "connection" ? record.what : record.name;
}
