/**
 * What data is after it went from a page's code to what is shown. On a phone the two run apart, and data goes
 * between them as JSON; here one walk copies a value as JSON would, counts its size and notes what JSON cannot
 * carry.
 */
import { isPlain } from "./data";

/** Bytes in one call above which a phone gets slow; the platform's documentation names no number. */
export const SLOW_BYTES = 256 * 1024;
/** Bytes that one call carries at most. */
export const MOST_BYTES = 1024 * 1024;
/** Objects within objects that data may have; more is a loop. */
const DEEPEST = 100;
/** Paths that a message names after the first. */
const OTHERS = 3;

export class Transfer {
  /** The size as UTF-8, nearly. */
  bytes = 0;
  /** What does not arrive as it was given: what it is, what becomes of it, and where it is. */
  readonly #losses = new Map<string, { kind: string; becomes: string; paths: Set<string> }>();
  /** How many values do not. */
  lost = 0;
  readonly #what: string;
  readonly #takesFunctions: () => boolean;
  readonly #dropsFunctions: boolean;
  readonly #limit: number;
  /** Where the walk is: the key that is set, then names and indices. */
  #trail: (string | number)[] = [];
  /** Above 0 in what does not arrive as it is anyway. */
  #within = 0;

  /**
   * @param what begins all messages
   * @param takesFunctions whether a function is data here: `Definitions.takesFunctions`
   * @param limit bytes after which it throws
   * @param dropsFunctions whether functions are left out without a word: frameworks put a component's methods into
   * the data it begins with, and a phone says nothing of them
   */
  constructor(
    what: string,
    takesFunctions: () => boolean,
    limit = Number.POSITIVE_INFINITY,
    dropsFunctions = false,
  ) {
    this.#what = what;
    this.#takesFunctions = takesFunctions;
    this.#dropsFunctions = dropsFunctions;
    this.#limit = limit;
  }

  /** The copy of a value that arrives under this key; `undefined` if none does. */
  take(key: string, value: unknown): unknown {
    this.#trail = [key];
    this.bytes += key.length + 4;
    return this.#copy(value);
  }

  /** A message for each kind of loss: a framework's runtime may put dozens of functions into one call. */
  losses(): string[] {
    return [...this.#losses.values()].map(({ kind, becomes, paths }) => {
      const [first, ...others] = [...paths].map((path) => `"${path}"`);
      const more = others.length > OTHERS ? ` and ${others.length - OTHERS} more` : "";
      const too =
        others.length > 0
          ? `; so ${others.length > 1 ? "are" : "is"} ${others.slice(0, OTHERS).join(", ")}${more}`
          : "";
      return `${this.#what}: ${first} is ${kind}, which arrives as ${becomes}${too}`;
    });
  }

  #copy(value: unknown): unknown {
    switch (typeof value) {
      case "string":
        this.#count(textSize(value));
        return value;
      case "number":
        if (!Number.isFinite(value)) return this.#lose(String(value), "null", null);
        this.bytes += String(value).length;
        return value;
      case "boolean":
        this.bytes += 5;
        return value;
      case "function":
        if (this.#takesFunctions()) return value;
        return this.#dropsFunctions ? undefined : this.#lose("a function", "nothing", undefined);
      case "symbol":
        return this.#lose("a symbol", "nothing", undefined);
      case "bigint":
        throw new TypeError(`${this.#what}: "${this.#path()}" is a BigInt, which cannot be sent to a page`);
      case "undefined":
        return undefined;
    }
    if (value === null || typeof value !== "object") {
      this.bytes += 4;
      return null;
    }
    if (this.#trail.length > DEEPEST) {
      throw new TypeError(
        `${this.#what}: "${String(this.#trail[0])}" contains itself, or is nested more than ${DEEPEST} deep`,
      );
    }
    return Array.isArray(value) ? this.#items(value) : this.#fields(value);
  }

  #items(list: unknown[]): unknown[] {
    const depth = this.#trail.length;
    const items = new Array<unknown>(list.length);
    for (let i = 0; i < list.length; i += 1) {
      this.#trail[depth] = i;
      items[i] = this.#copy(list[i]) ?? null;
    }
    this.#trail.length = depth;
    this.#count(list.length + 2);
    return items;
  }

  #fields(value: object): unknown {
    const { toJSON } = value as { toJSON?: unknown };
    if (typeof toJSON === "function") {
      const written: unknown = toJSON.call(value, String(this.#trail.at(-1)));
      this.#lose(
        value instanceof Date ? "a Date" : nameOf(value),
        typeof written === "string" ? "a text" : "what its toJSON gives",
        null,
      );
      if (written !== value) return this.#inside(() => this.#copy(written));
    } else if (!isPlain(value)) {
      if (value instanceof String || value instanceof Number || value instanceof Boolean)
        return this.#copy(value.valueOf());
      this.#lose(nameOf(value), Object.keys(value).length > 0 ? "an object of its fields" : "{}", null);
      return this.#inside(() => this.#entries(value));
    }
    return this.#entries(value);
  }

  #entries(value: object): unknown {
    const depth = this.#trail.length;
    const fields: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      this.#trail[depth] = key;
      const field = this.#copy((value as Record<string, unknown>)[key]);
      if (field === undefined) continue;
      fields[key] = field;
      this.bytes += key.length + 4;
    }
    this.#trail.length = depth;
    this.#count(2);
    return fields;
  }

  /** Goes on into what does not arrive as it is: what of its parts does not is no news. */
  #inside(walk: () => unknown): unknown {
    this.#within += 1;
    const arrives = walk();
    this.#within -= 1;
    return arrives;
  }

  #count(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.#limit)
      throw new RangeError(
        `${this.#what}: the data is larger than ${this.#limit / 1024} kB, the most that one call carries`,
      );
  }

  #lose<T>(what: string, becomes: string, arrives: T): T {
    this.lost += 1;
    if (this.#within > 0) return arrives;
    const loss = this.#losses.get(`${what} ${becomes}`) ?? { kind: what, becomes, paths: new Set() };
    this.#losses.set(`${what} ${becomes}`, loss);
    loss.paths.add(this.#path());
    return arrives;
  }

  /** Without the numbers of rows: what is so in one is so in all. */
  #path(): string {
    return this.#trail
      .map((part, i) =>
        typeof part === "number" ? "[]" : i === 0 ? part.replace(/\[\d+\]/g, "[]") : `.${part}`,
      )
      .join("");
  }
}

/** Its class. Names of the phone's own classes are lost when its scripts are made small; those that scripts get carry a tag. */
function nameOf(value: object): string {
  const tag = Object.prototype.toString.call(value).slice(8, -1);
  const name = tag === "Object" ? ((value.constructor as { name?: string } | undefined)?.name ?? "") : tag;
  return name === "" ? "an object of a class" : `a ${name}`;
}

/** Bytes of a text in JSON. */
function textSize(text: string): number {
  let size = text.length + 2;
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) size += code > 0x7ff ? 2 : 1;
    else if (code < 0x20 || code === 0x22 || code === 0x5c) size += 1;
  }
  return size;
}

/**
 * Adds the data of a behavior to that of those before it: objects of one name are merged, within each other too;
 * anything else replaces what was there. None of the objects given is changed.
 */
export function mergeData(into: Record<string, unknown>, from: object, depth = 0): Record<string, unknown> {
  for (const [key, value] of Object.entries(from)) {
    const old = into[key];
    into[key] =
      isObject(old) && isObject(value) && depth < DEEPEST ? mergeData({ ...old }, value, depth + 1) : value;
  }
  return into;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && isPlain(value);
}
