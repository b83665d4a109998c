/** The console of all phones: what page code logged, what was thrown, and a line to run code in. */
import { html, nothing, type TemplateResult } from "lit-html";
import { guard } from "lit-html/directives/guard.js";
import type { Topic } from "../bus";
import type { Desk } from "../desk";
import type { Panel } from "../dock";
import type { ConsoleRecord, Entry } from "../log";
import { positionLink, stackText } from "../positions";
import { Rows } from "../rows";
import { chip, clock, iconButton, select } from "../ui";
import { icon } from "../icons";
import { preview, valueTree } from "../values";

type Level = "debug" | "log" | "info" | "warn" | "error";
const LEVELS: readonly Level[] = ["debug", "log", "info", "warn", "error"];
const MARKS: Partial<Record<Level, "warning" | "error">> = { warn: "warning", error: "error" };

export class ConsolePanel implements Panel {
  readonly name = "console";
  readonly topics: readonly Topic[] = ["log", "phones"];
  readonly #desk: Desk;
  readonly #rows: Rows;
  #phone = "";
  #level: Level | "" = "";
  #filter = "";
  /** Where what is typed runs. */
  #target = "";
  #history: string[] = [];
  #place = 0;

  constructor(desk: Desk) {
    this.#desk = desk;
    this.#rows = new Rows(() => desk.bus.touch("log"));
  }

  label(): string {
    return this.#desk.view.texts.console;
  }

  badge(): { count: number; tone: string } {
    const count = this.#desk.log.console.reduce(
      (sum, { record }) => sum + (levelOf(record) === "error" ? 1 : 0),
      0,
    );
    return { count, tone: "error" };
  }

  drawn(root: HTMLElement): void {
    this.#rows.drawn(root);
  }

  view(): TemplateResult {
    const { log, view, phones } = this.#desk;
    const t = view.texts;
    const least = this.#level ? LEVELS.indexOf(this.#level) : 0;
    const filter = this.#filter.toLowerCase();
    const all = !this.#phone && !least && !filter;
    const entries = all
      ? log.console
      : log.console.filter(
          ({ phone, record }) =>
            (!this.#phone || phone === this.#phone) &&
            LEVELS.indexOf(levelOf(record)) >= least &&
            (!filter || textOf(record).toLowerCase().includes(filter)),
        );
    const set = (change: () => void): void => {
      change();
      this.#rows.reset();
      this.#desk.bus.touch("log");
    };
    return html`
      <div class="panel-bar">
        ${phoneFilter(this.#desk, this.#phone, (phone) => set(() => (this.#phone = phone)))}
        ${select<Level | "">(t.everyLevel, this.#level, [["", t.everyLevel], ...LEVELS.slice(1).map((level) => [level, `≥ ${t.levels[level]}`] as const)], (level) => set(() => (this.#level = level)), "", true)}
        <input type="search" class="grow" aria-label=${t.filter} placeholder=${t.filter} .value=${this.#filter}
          @input=${(event: Event) => set(() => (this.#filter = (event.target as HTMLInputElement).value))}>
        ${iconButton("trash", t.clear, () => {
          log.clear("console");
          for (const phone of phones) phone.errors = 0;
          this.#desk.bus.touch("phones");
          set(() => undefined);
        })}
      </div>
      <div class="console grow-panel">
        ${this.#rows.view(t, t.console, entries, (entry) => this.#row(entry), all ? t.nothing : t.noMatch)}
      </div>
      ${this.#prompt()}`;
  }

  #row(entry: Entry<ConsoleRecord>): TemplateResult {
    const { view } = this.#desk;
    const { record, phone } = entry;
    const level = levelOf(record);
    const user = this.#desk.nameOf(phone);
    return html`${guard([record, view.language, user], () => {
      const mark = MARKS[level];
      const at = record.kind === "input" ? null : record.at;
      return html`<div class="line ${level} ${record.kind}" data-level=${level} data-user=${user}>
        <time>${clock(record.time)}</time>${chip(user)}
        ${mark ? icon(mark) : nothing}
        <div class="line-body">${this.#body(record)}</div>
        ${at ? html`<span class="line-at">${positionLink(this.#desk, at)}</span>` : nothing}
      </div>`;
    })}`;
  }

  #body(record: ConsoleRecord): TemplateResult {
    const t = this.#desk.view.texts;
    if (record.kind === "input") return html`<code class="typed">› ${record.text}</code>`;
    if (record.kind === "error") {
      return html`<div class="text">${record.message}</div>
        ${record.stack ? html`<details class="stack"><summary>${t.stack}</summary><pre>${stackText(this.#desk, record.stack, record.places)}</pre></details>` : nothing}`;
    }
    return html`${formatted(record.values).map((value) => {
      if (typeof value === "string") return html`<span class="text">${value}</span>`;
      const stack =
        typeof value === "object" && value !== null && "stack" in value ? String(value.stack) : "";
      return html`${valueTree({ value, texts: t })}${
        stack
          ? html`<details class="stack"><summary>${t.stack}</summary><pre>${stackText(this.#desk, stack, record.places)}</pre></details>`
          : nothing
      }`;
    })}`;
  }

  #prompt(): TemplateResult {
    const { phones, view } = this.#desk;
    const t = view.texts;
    const target = phones.find(({ id }) => id === (this.#target || this.#phone)) ?? phones[0];
    const onKey = (event: KeyboardEvent): void => {
      const input = event.target as HTMLInputElement;
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (step) {
        event.preventDefault();
        this.#place = Math.max(0, Math.min(this.#history.length, this.#place + step));
        input.value = this.#history[this.#place] ?? "";
      }
      if (event.key === "Enter" && !event.isComposing && input.value.trim() && target) {
        this.#history.push(input.value);
        this.#place = this.#history.length;
        this.#rows.reset();
        this.#desk.evaluate(target, input.value);
        input.value = "";
      }
    };
    return html`<div class="prompt">
      <span aria-hidden="true">›</span>
      <input aria-label=${t.evaluate} placeholder=${t.evaluate} ?disabled=${!target} spellcheck="false" autocomplete="off" autocapitalize="off" @keydown=${onKey}>
      ${select(
        t.evaluateIn,
        target?.id ?? "",
        phones.map(({ id, settings }) => [id, settings.user.id] as const),
        (id) => {
          this.#target = id;
          this.#desk.bus.touch("log");
        },
        "",
        true,
      )}
    </div>`;
  }
}

/** The choice of a phone, or every phone. */
export function phoneFilter(desk: Desk, chosen: string, choose: (phone: string) => void): TemplateResult {
  const t = desk.view.texts;
  const names = [
    ...desk.phones.map(({ id, settings }) => [id, settings.user.id] as const),
    ...desk.guests.map(({ id, user }) => [id, user] as const),
  ];
  return select(t.everyPhone, chosen, [["", t.everyPhone], ...names], choose, "", true);
}

function levelOf(record: ConsoleRecord): Level {
  return record.kind === "console" ? record.level : record.kind === "error" ? "error" : "log";
}

function textOf(record: ConsoleRecord): string {
  if (record.kind === "input") return record.text;
  if (record.kind === "error") return record.message;
  return `${record.values.map((value) => (typeof value === "string" ? value : preview(value, 400))).join(" ")} ${record.at?.file ?? ""}`;
}

/** Values with the placeholders of a console's first text filled in. */
export function formatted(values: readonly unknown[]): unknown[] {
  const [first, ...rest] = values;
  if (typeof first !== "string" || !first.includes("%") || rest.length === 0) return [...values];
  const text = first.replace(/%([sdifoOjc%])/g, (whole, kind: string) => {
    if (kind === "%") return "%";
    if (rest.length === 0) return whole;
    const value = rest.shift();
    if (kind === "c") return "";
    if (kind === "d" || kind === "i") return String(Math.trunc(Number(value)));
    if (kind === "f") return String(Number(value));
    return typeof value === "string" ? value : preview(value, 90);
  });
  return [text, ...rest];
}
