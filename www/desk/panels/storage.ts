/** The storage of each phone: keys and values, to be changed, added and cleared. */
import { html, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Topic } from "../bus";
import type { Desk } from "../desk";
import type { Panel } from "../dock";
import type { DeskPhone } from "../phone";
import { chip, iconButton } from "../ui";
import { valueTree } from "../values";

export class StoragePanel implements Panel {
  readonly name = "storage";
  readonly topics: readonly Topic[] = ["stored", "phones"];
  readonly #desk: Desk;
  #stop: (() => void) | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  label(): string {
    return this.#desk.view.texts.storage;
  }

  /** Phones are asked for what they store while somebody looks. */
  shown(): void {
    const { bus, phones } = this.#desk;
    this.#stop = bus.watch(["storage", "phones"], () =>
      phones.forEach(({ storage }) => void storage.refresh()),
    );
  }

  hidden(): void {
    this.#stop?.();
  }

  view(): TemplateResult {
    const { phones, view } = this.#desk;
    if (phones.length === 0) return html`<p class="hint">${view.texts.empty}</p>`;
    return html`<div class="columns">${repeat(
      phones,
      ({ id }) => id,
      (phone) => this.#phone(phone),
    )}</div>`;
  }

  #phone(phone: DeskPhone): TemplateResult {
    const t = this.#desk.view.texts;
    const user = phone.settings.user.id;
    const set = (key: string, value: unknown): void => this.#desk.each([phone], "setStorage", key, value);
    const entries = Object.entries(phone.storage.value);
    return html`<section class="column" aria-label="${t.storage}: ${user}">
      <h3>${chip(user)}<span class="spacer"></span>
        ${iconButton("trash", `${t.clearStorage}: ${user}`, () => this.#desk.each([phone], "removeStorage"), { disabled: entries.length === 0 })}</h3>
      ${entries.length === 0 ? html`<p class="hint">${t.nothing}</p>` : ""}
      ${repeat(
        entries,
        ([key]) => key,
        ([key, value]) => html`<div class="stored">
          ${valueTree({
            value,
            name: key,
            path: key,
            texts: t,
            // Only the whole is kept: a part is put into it first.
            edit: (path, part) =>
              set(key, path === key ? part : replaced(value, path.slice(key.length), part)),
          })}
          ${iconButton("close", t.deleteKey(key), () => this.#desk.each([phone], "removeStorage", key), { tone: "small" })}
        </div>`,
      )}
      <form class="row add" @submit=${(event: SubmitEvent) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const data = new FormData(form);
        const key = String(data.get("key")).trim();
        if (!key) return;
        set(key, valueOf(String(data.get("value"))));
        form.reset();
      }}>
        <input name="key" aria-label=${t.key} placeholder=${t.key} autocomplete="off" spellcheck="false">
        <input name="value" class="grow" aria-label=${t.value} placeholder=${t.value} autocomplete="off" spellcheck="false">
        <button class="secondary">${t.addKey}</button>
      </form>
    </section>`;
  }
}

/** JSON as what it says, anything else as text. */
export function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A copy of `whole` with the part at `path` (`.a[0].b`) replaced. */
export function replaced(whole: unknown, path: string, part: unknown): unknown {
  const copy: unknown = structuredClone(whole);
  const steps = [...path.matchAll(/\[(\d+)\]|\.?([^.[\]]+)/g)].map(([, index, name]) => index ?? name ?? "");
  const last = steps.pop();
  if (last === undefined) return part;
  let at = copy as Record<string, unknown>;
  for (const step of steps) at = at[step] as Record<string, unknown>;
  at[last] = part;
  return copy;
}
