/**
 * Values of a page's code in a form that can be sent and shown: a function is its name, an error its
 * texts, an object its fields, in their order. What is too deep, too long or too much is left out.
 */
import type { PhoneRecord } from "./bridge";

/** An object is always one of the last three, so nothing that a page has can look like them. */
export type Shown =
  | undefined
  | null
  | boolean
  | number
  | string
  | Date
  | Shown[]
  | { object: Fields }
  | { function: string }
  | { error: { name: string; message: string; stack: string; fields: Fields } };
type Fields = [name: string, value: Shown][];

/** Objects within objects, parts of one object, and characters of a text. */
const DEPTH = 10;
const PARTS = 1_000;
const LONGEST = 300_000;
/** What all of a value may cost: each value in it {@link EACH}, each text its characters. */
const COST = 3_000_000;
const EACH = 30;

/** A record whose values can be sent. */
export function sendable(record: PhoneRecord): PhoneRecord {
  switch (record.kind) {
    case "console":
      return { ...record, values: encode(record.values) as unknown[] };
    case "event":
      return { ...record, payload: encode(record.payload) };
    case "call":
      return {
        ...record,
        options: encode(record.options),
        result: record.result && { ...record.result, value: encode(record.result.value) },
      };
    case "api":
      return {
        ...record,
        options: encode(record.options),
        result: { ...record.result, value: encode(record.result.value) },
      };
    default:
      return record;
  }
}

/** Reads a value of this page; getters of it run. */
export function encode(value: unknown): Shown {
  let left = COST;
  const visit = (value: unknown, depth: number): Shown => {
    left -= EACH;
    switch (typeof value) {
      case "string":
        return text(value);
      case "function":
        return { function: text(value.name) };
      case "bigint":
      case "symbol":
        return text(String(value));
      case "boolean":
      case "number":
        return value;
      case "object":
        break;
      default:
        // Also what browsers only pretend to be `undefined`: `document.all`.
        return undefined;
    }
    if (value === null) return null;
    try {
      if (left < 0 || depth > DEPTH) return Array.isArray(value) ? `Array(${value.length})` : "{…}";
      if (Array.isArray(value)) return parts(value).map((part) => visit(part, depth + 1));
      if (value instanceof Date) return new Date(value);
      const fields = (names: string[]): Fields =>
        parts(names).map((name) => [text(name), visit((value as Record<string, unknown>)[name], depth + 1)]);
      if (!(value instanceof Error)) return { object: fields(Object.keys(value)) };
      const { name, message, stack = "" } = value;
      const others = Object.keys(value).filter((key) => !["name", "message", "stack"].includes(key));
      return {
        error: {
          name: text(String(name)),
          message: text(String(message)),
          stack: text(String(stack)),
          fields: fields(others),
        },
      };
    } catch (error) {
      // A getter that throws.
      return text(`{${String(error)}}`);
    }
  };
  const text = (text: string): string => {
    const most = Math.max(0, Math.min(LONGEST, left));
    left -= text.length;
    return text.length > most ? `${text.slice(0, most)}…` : text;
  };
  /** As many as there is room for. */
  const parts = <T>(all: T[]): T[] => Array.from(all.slice(0, Math.max(0, Math.min(PARTS, left / EACH))));
  return visit(value, 0);
}

/** The value that is shown, of this page's own classes. Throws a `TypeError` if it is in no such form. */
export function decode(shown: unknown): unknown {
  // Another page counted before it, and put marks where it left something out.
  let left = 2 * COST;
  const visit = (shown: unknown, depth: number): unknown => {
    left -= EACH;
    if (typeof shown === "string") return text(shown);
    if (left < 0 || depth > DEPTH + 1) throw new TypeError("a value has too many parts");
    if (typeof shown !== "object" || shown === null || shown instanceof Date) return shown;
    if (Array.isArray(shown)) return shown.slice(0, PARTS).map((part) => visit(part, depth + 1));
    const { object, function: name, error } = shown as Record<string, unknown>;
    if (typeof name === "string") return Object.defineProperty(() => {}, "name", { value: text(name) });
    if (error === undefined) return fill({}, object, depth);
    const { name: kind, message, stack, fields } = Object(error) as Record<string, unknown>;
    const made = fill(new Error(), fields, depth);
    for (const [key, value] of Object.entries({ name: kind, message, stack })) {
      Object.defineProperty(made, key, { value: text(String(value)), enumerable: false, configurable: true });
    }
    return made;
  };
  const text = (text: string): string => {
    left -= text.length;
    if (left < 0) throw new TypeError("a value has too much text");
    return text.slice(0, LONGEST + 1);
  };
  /** Defined one by one: a field may be called `__proto__`. */
  const fill = (target: object, fields: unknown, depth: number): object => {
    if (!Array.isArray(fields)) throw new TypeError("a value is in no known form");
    for (const field of fields.slice(0, PARTS)) {
      if (!Array.isArray(field)) throw new TypeError("a value is in no known form");
      const value = visit(field[1], depth + 1);
      Object.defineProperty(target, text(String(field[0])), {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    }
    return target;
  };
  return visit(shown, 0);
}
