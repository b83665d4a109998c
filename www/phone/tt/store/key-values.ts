/** Values by key, as `tt.setStorage` keeps them: in memory, as JSON, within the platform's limits. */
import type { KeyValues } from "../../phone";
import type { Table } from "./database";

/** Of one value and of all, in bytes: what the platform allows. */
export interface Limits {
  value: number;
  total: number;
}
export const STORAGE_LIMITS: Limits = { value: 1024 * 1024, total: 10 * 1024 * 1024 };

export class StoredValues implements KeyValues {
  /** JSON by key; `""` stands for `undefined`, which JSON has not. */
  readonly #texts = new Map<string, string>();
  readonly #table: Table;
  readonly #limits: Limits;
  #size = 0;

  constructor(table: Table, limits: Limits) {
    this.#table = table;
    this.#limits = limits;
    for (const [key, text] of table.initial) {
      this.#texts.set(key, String(text));
      this.#size += bytes(key) + bytes(String(text));
    }
  }

  keys(): string[] {
    return [...this.#texts.keys()];
  }

  get(key: string): unknown {
    const text = this.#texts.get(key);
    return text ? (JSON.parse(text) as unknown) : undefined;
  }

  set(key: string, value: unknown): void {
    const text = JSON.stringify(value) ?? "";
    const length = bytes(text);
    if (length > this.#limits.value)
      throw new Error(`the data of one key may have ${this.#limits.value} bytes, but has ${length}`);
    const old = this.#texts.get(key);
    const size = this.#size + length + (old === undefined ? bytes(key) : -bytes(old));
    if (size > this.#limits.total)
      throw new Error(`storage is full: its limit is ${this.#limits.total} bytes`);
    this.#size = size;
    this.#texts.set(key, text);
    this.#table.put(key, text);
  }

  remove(key: string): void {
    const text = this.#texts.get(key);
    if (text === undefined) return;
    this.#size -= bytes(key) + bytes(text);
    this.#texts.delete(key);
    this.#table.delete([key]);
  }

  clear(): void {
    this.#table.delete(this.#texts.keys());
    this.#texts.clear();
    this.#size = 0;
  }

  size(): number {
    return this.#size;
  }
}

const encoder = new TextEncoder();
/** Length in UTF-8. */
function bytes(text: string): number {
  return encoder.encode(text).length;
}
