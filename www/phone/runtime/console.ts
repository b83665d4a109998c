/** What a page's code writes to the console, mirrored to the desk with its place in the sources. */
import type { SourcePosition } from "../../shared/bridge";
import { callerPosition } from "./positions";

export type Level = "debug" | "log" | "info" | "warn" | "error";
const LEVELS: readonly Level[] = ["debug", "log", "info", "warn", "error"];

/** The browser's own, for what the phone says itself. */
export const browserConsole = { ...console };

/** Tells `written` of everything that the project's code writes. */
export function mirrorConsole(written: (level: Level, values: unknown[], at: SourcePosition) => void): void {
  for (const level of LEVELS) {
    console[level] = (...values: unknown[]) => {
      browserConsole[level](...values);
      const at = callerPosition();
      if (at) written(level, values.map((value) => snapshot(value)), at);
    };
  }
}

/** Objects within objects and entries of each that are kept. */
const DEPTH = 6;
const ENTRIES = 200;

/** A value as it is now, fit to be kept and to be shown elsewhere. */
export function snapshot(value: unknown, depth = 0): unknown {
  if (typeof value === "function") return `ƒ ${value.name || "anonymous"}()`;
  if (typeof value === "symbol" || typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return value;
  try {
    if (value instanceof Error) return value.stack ?? `${value.name}: ${value.message}`;
    if (value instanceof Date) return new Date(value);
    if (value instanceof Node) return `<${value.nodeName.toLowerCase()}>`;
    if (value instanceof ArrayBuffer) return `ArrayBuffer(${value.byteLength})`;
    if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength})`;
    if (depth >= DEPTH) return Array.isArray(value) ? `Array(${value.length})` : "{…}";
    if (Array.isArray(value)) return value.slice(0, ENTRIES).map((item) => snapshot(item, depth + 1));
    if (value instanceof Map || value instanceof Set) return snapshot([...value], depth);
    const fields: Record<string, unknown> = {};
    for (const name of Object.keys(value).slice(0, ENTRIES)) {
      fields[name] = snapshot((value as Record<string, unknown>)[name], depth + 1);
    }
    return fields;
  } catch (error) {
    // A getter of the page's that throws.
    return `{${String(error)}}`;
  }
}
