/**
 * `<value-tree>`: a value whose inside is opened step by step, as in a browser's console. The
 * values are plain data, functions that are no more than their names, dates and errors: what
 * `shown.ts` makes of a phone's. With `edit`, every part can be given another value.
 */
import { html, nothing, render, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { icon } from "./icons";
import type { Texts } from "./texts";

export interface ValueModel {
  value: unknown;
  /** Its name in what it is part of. */
  name?: string;
  /** Its place as `setData` knows it: `list[0].name`. */
  path?: string;
  /** Sets the value at a path. */
  edit?: ((path: string, value: unknown) => void) | undefined;
  /** Whether it is open at first. */
  open?: boolean;
  texts: Texts;
}

/** So many parts are shown at first. */
const FIRST = 100;
const LONGEST = 90;

class ValueTree extends HTMLElement {
  #model: ValueModel | undefined;
  #open: boolean | undefined;
  #shown = FIRST;
  #editing = false;
  #wrong = false;

  set model(model: ValueModel) {
    this.#model = model;
    this.#open ??= model.open ?? false;
    this.#draw();
  }

  #draw(): void {
    const model = this.#model;
    if (!model) return;
    const { value, name, texts: t } = model;
    const parts = hasParts(value);
    const open = parts && this.#open === true;
    const label =
      name === undefined ? nothing : html`<span class="key">${name}</span><span class="colon">: </span>`;
    const shown = this.#editing
      ? this.#editor(model)
      : html`<span class="value ${kindOf(value)}">${preview(value, open ? 0 : LONGEST)}</span>`;
    const pencil =
      model.edit && model.path && !this.#editing
        ? html`<button type="button" class="pencil" aria-label=${t.edit(model.path)} title=${t.edit(model.path)} @click=${() => this.#setEditing(true)}>${icon("pencil")}</button>`
        : nothing;
    render(
      html`<div class="value-line">
          ${
            parts
              ? html`<button type="button" class="twisty" aria-expanded=${open} aria-label=${name ?? preview(value, 40)} @click=${() => this.#toggle()}></button>`
              : html`<span class="twisty none"></span>`
          }
          <span class="value-text">${label}${shown}</span>${pencil}
        </div>
        ${open ? html`<div class="value-parts">${this.#parts(model)}</div>` : nothing}`,
      this,
    );
  }

  #parts({ value, path, edit, texts }: ValueModel): TemplateResult {
    const parts = partsOf(value);
    const left = parts.length - this.#shown;
    return html`${repeat(
      parts.slice(0, this.#shown),
      ({ name }) => name,
      ({ name, value: part, place }) =>
        html`<value-tree .model=${{ value: part, name, texts, edit: place === null ? undefined : edit, path: `${path ?? ""}${place ?? ""}`.replace(/^\./, "") } satisfies ValueModel}></value-tree>`,
    )}
    ${
      left > 0
        ? html`<button type="button" class="link" @click=${() => {
            this.#shown += FIRST * 10;
            this.#draw();
          }}>${texts.more(left)}</button>`
        : nothing
    }`;
  }

  #editor({ value, path, texts: t }: ValueModel): TemplateResult {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.#setEditing(false);
      }
      if (event.key === "Enter") {
        // Or the key would press the button that gets the focus.
        event.preventDefault();
        this.#commit((event.target as HTMLInputElement).value);
      }
    };
    return html`<input class="value-input" aria-label=${t.edit(path ?? "")} aria-invalid=${this.#wrong} title=${this.#wrong ? t.notJson : ""}
      value=${jsonOf(value)} spellcheck="false" @keydown=${onKey}
      @blur=${() => this.#setEditing(false)}>`;
  }

  #commit(text: string): void {
    const { edit, path } = this.#model ?? {};
    try {
      edit?.(path ?? "", JSON.parse(text));
      this.#setEditing(false);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      this.#wrong = true;
      this.#draw();
    }
  }

  #setEditing(editing: boolean): void {
    if (this.#editing === editing) return;
    const back = !editing && this.contains(document.activeElement);
    this.#editing = editing;
    this.#wrong = false;
    this.#draw();
    if (editing) {
      const input = this.querySelector<HTMLInputElement>(".value-input");
      input?.focus();
      input?.select();
    } else if (back) {
      this.querySelector<HTMLElement>(".pencil")?.focus();
    }
  }

  #toggle(): void {
    this.#open = this.#open !== true;
    this.#draw();
  }
}
customElements.define("value-tree", ValueTree);

/** A `<value-tree>` of a value. */
export function valueTree(model: ValueModel): TemplateResult {
  return html`<value-tree .model=${model}></value-tree>`;
}

/** A value as JSON for editing; what JSON cannot say is left out. */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return "null";
  }
}

function isError(value: unknown): value is Error {
  return value instanceof Error;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : isError(value) ? "failure" : typeof value;
}

function hasParts(value: unknown): boolean {
  return typeof value === "object" && value !== null && !(value instanceof Date);
}

interface Part {
  name: string;
  value: unknown;
  /** How `setData` gets from the whole to it; null if it cannot. */
  place: string | null;
}

function partsOf(value: unknown): Part[] {
  if (Array.isArray(value))
    return Array.from(value, (item, index) => ({ name: String(index), value: item, place: `[${index}]` }));
  if (typeof value !== "object" || value === null) return [];
  const fields = Object.entries(value);
  if (!isError(value)) return fields.map(([name, value]) => ({ name, value, place: `.${name}` }));
  const { name, message, stack } = value;
  return [...Object.entries({ name, message, stack }), ...fields].map(([name, value]) => ({
    name,
    value,
    place: null,
  }));
}

/** A value in one line of about `length` characters; 0 for only what kind it is. */
export function preview(value: unknown, length: number): string {
  if (typeof value === "string") return quote(value, Math.max(length, LONGEST) * 4);
  if (typeof value === "function") return `ƒ ${value.name}()`;
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value))
    return list(`(${value.length}) `, "[", "]", value.length, (index) => brief(value[index]), length);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "Invalid Date" : value.toISOString();
  if (isError(value)) return `${value.name}: ${value.message}`;
  const keys = Object.keys(value);
  return list(
    "",
    "{",
    "}",
    keys.length,
    (index) => {
      const key = keys[index] ?? "";
      return `${key}: ${brief((value as Record<string, unknown>)[key])}`;
    },
    length,
  );
}

function list(
  name: string,
  begin: string,
  end: string,
  count: number,
  item: (index: number) => string,
  length: number,
): string {
  if (count === 0) return `${name.trim() && !name.startsWith("(") ? name : ""}${begin}${end}`;
  if (length === 0) return `${name}${begin}…${end}`;
  let text = "";
  for (let index = 0; index < count; index++) {
    const next = item(index);
    if (text.length + next.length > length) return `${name}${begin}${text}${text ? ", " : ""}…${end}`;
    text += (text ? ", " : "") + next;
  }
  return name + begin + text + end;
}

function brief(value: unknown): string {
  if (typeof value === "string") return quote(value, 40);
  if (Array.isArray(value)) {
    const simple =
      value.length <= 4 && value.every((item) => typeof item !== "object" && typeof item !== "function");
    return simple ? `[${value.map(brief).join(", ")}]` : `Array(${value.length})`;
  }
  if (hasParts(value) && !isError(value)) return "{…}";
  return preview(value, 0);
}

function quote(text: string, length: number): string {
  return JSON.stringify(text.length > length ? `${text.slice(0, length)}…` : text);
}
