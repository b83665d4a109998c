/** The console of the project's code: what is written to it, the desk gets with its place in the sources. */
import type { SourcePosition } from "../../shared/bridge";
import { callerPosition, readStack } from "./positions";

export type Level = "debug" | "log" | "info" | "warn" | "error";
const LEVELS: readonly Level[] = ["debug", "log", "info", "warn", "error"];

/** The browser's own, for what the phone says itself. */
export const browserConsole = { ...console };

type Method = (...values: unknown[]) => void;

/**
 * A console that tells `written` of everything that is written to it, and the browser's console as
 * well. Its functions may be handed on: without a place they are told, too.
 */
export function projectConsole(
  written: (level: Level, values: unknown[], at: SourcePosition | null, places: SourcePosition[]) => void,
): Record<string, Method> {
  let indent = "";
  const times = new Map<string, number>();
  const counts = new Map<string, number>();
  const write = (level: Level, values: unknown[]): void => {
    const places: SourcePosition[] = [];
    const kept = values.map((value) => snapshot(value, places));
    const [first, ...rest] = kept;
    // The first text may have placeholders for what follows.
    const indented =
      indent === "" ? kept : typeof first === "string" ? [indent + first, ...rest] : [indent, ...kept];
    // Frameworks catch what a page's code throws, and write it: where it was thrown is of interest, not where it was caught.
    written(level, indented, places[0] ?? callerPosition(), places);
  };
  const elapsed = (label: string, values: unknown[]): void => {
    const start = times.get(label);
    if (start === undefined) write("warn", [`Timer "${label}" does not exist`]);
    else write("log", [`${label}: ${(performance.now() - start).toFixed(3)} ms`, ...values]);
  };
  const group: Method = (...values) => {
    write("log", values.length > 0 ? values : ["console.group"]);
    indent += "  ";
  };
  const methods: Record<string, Method> = {
    ...Object.fromEntries(
      LEVELS.map((level): [string, Method] => [level, (...values) => write(level, values)]),
    ),
    table: (data) => write("log", [data]),
    dir: (value) => write("log", [value]),
    dirxml: (...values) => write("log", values),
    trace: (...values) => write("log", ["Trace", ...values]),
    group,
    groupCollapsed: group,
    groupEnd: () => {
      indent = indent.slice(2);
    },
    assert: (condition, ...values) => {
      if (!condition)
        write("error", values.length > 0 ? ["Assertion failed:", ...values] : ["Assertion failed"]);
    },
    count: (label = "default") => {
      const key = String(label);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      write("log", [`${key}: ${counts.get(key)}`]);
    },
    countReset: (label = "default") => {
      counts.delete(String(label));
    },
    time: (label = "default") => {
      times.set(String(label), performance.now());
    },
    timeLog: (label = "default", ...values) => elapsed(String(label), values),
    timeEnd: (label = "default") => {
      elapsed(String(label), []);
      times.delete(String(label));
    },
    clear: () => {},
  };
  const browser = browserConsole as unknown as Record<string, Method | undefined>;
  const entries = Object.entries(methods).map(([name, method]): [string, Method] => [
    name,
    (...values) => {
      browser[name]?.(...values);
      method(...values);
    },
  ]);
  return Object.fromEntries(entries);
}

/** Objects within objects, entries of each, and objects in all that are kept. */
const DEPTH = 6;
const ENTRIES = 200;
const OBJECTS = 20_000;

/** A value as it is now, fit to be kept and to be shown elsewhere. Adds to `places` those that the stacks of errors name. */
export function snapshot(value: unknown, places: SourcePosition[] = []): unknown {
  let left = OBJECTS;
  /** What the value that is looked at is part of. */
  const above = new Set<object>();
  const visit = (value: unknown, depth: number): unknown => {
    // One of the same name, or the page's own would be kept with all that it knows.
    if (typeof value === "function")
      return Object.defineProperty(() => {}, "name", { value: value.name || "anonymous" });
    if (typeof value === "symbol" || typeof value === "bigint") return String(value);
    if (typeof value !== "object" || value === null) return value;
    try {
      if (value instanceof Error) {
        const read = readStack(value.stack ?? `${value.name}: ${value.message}`);
        places.push(...(read.places ?? []));
        return depth === 0 ? errorOf(value, read.stack) : read.stack;
      }
      if (value instanceof Date) return new Date(value);
      if (value instanceof Node) return `<${value.nodeName.toLowerCase()}>`;
      if (value instanceof ArrayBuffer) return `ArrayBuffer(${value.byteLength})`;
      if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength})`;
      left -= 1;
      if (depth >= DEPTH || left < 0 || above.has(value))
        return Array.isArray(value) ? `Array(${value.length})` : "{…}";
      return inside(value, depth);
    } catch (error) {
      // A getter of the page's that throws.
      return `{${String(error)}}`;
    }
  };
  const inside = (value: object, depth: number): unknown => {
    above.add(value);
    try {
      return copyOf(value, depth);
    } finally {
      above.delete(value);
    }
  };
  const copyOf = (value: object, depth: number): unknown => {
    if (Array.isArray(value)) return value.slice(0, ENTRIES).map((item) => visit(item, depth + 1));
    if (value instanceof Map || value instanceof Set) return visit([...value], depth);
    const fields: Record<string, unknown> = {};
    for (const name of namesOf(value).slice(0, ENTRIES)) {
      fields[name] = visit((value as Record<string, unknown>)[name], depth + 1);
    }
    return fields;
  };
  /** An error as it is now: the desk folds its stack, and opens what else it carries. */
  const errorOf = (error: Error, stack: string): Error => {
    const { name, message } = error;
    const fields = Object.entries(error).map(([key, value]) => [key, visit(value, 1)]);
    return Object.assign(new Error(message), Object.fromEntries(fields), { name, stack });
  };
  return visit(value, 0);
}

/** An object's own fields; of the browser's own objects the getters of their class are what one wants to see. */
function namesOf(value: object): string[] {
  const names = new Set(Object.keys(value));
  if (Object.prototype.toString.call(value) === "[object Object]") return [...names];
  for (let at: object = value; ;) {
    const above = Object.getPrototypeOf(at) as object | null;
    if (above === null) return [...names];
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(at)))
      if (get && !name.startsWith("__")) names.add(name);
    at = above;
  }
}
