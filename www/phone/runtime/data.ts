/**
 * What happens to data between `setData` and the template.
 *
 * `this.data` of a page belongs to its code, which may change it at any time; the template works on
 * a view of its own, which has what JSON carries. {@link refresh} brings a part of the view up to date with the data and says
 * which places of it are different now: one walk does the copying and finds the little there is to
 * render. So a list of a thousand rows in which one changed renders one row, whatever way the page
 * chose to set it.
 */
import type { DataChange } from "glass-easel";

export type Path = (string | number)[];

/** A copy of data: plain objects and arrays anew, everything else as it is. */
export function copy<T>(value: T, depth = 0): T {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) throw new TypeError("the data contains itself, or is nested too deeply");
  if (Array.isArray(value)) {
    const items = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i += 1) items[i] = copy(value[i], depth + 1);
    return items as T;
  }
  if (!isPlain(value)) return value;
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    fields[key] = copy((value as Record<string, unknown>)[key], depth + 1);
  }
  return fields as T;
}

/** What a template gets of a value: what JSON carries of it, and functions where a component takes them. */
function shown(value: unknown, functions: boolean, depth = 0): unknown {
  switch (typeof value) {
    case "number":
      return Number.isFinite(value) ? value : null;
    case "function":
      return functions ? value : undefined;
    case "symbol":
      return undefined;
  }
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) throw new TypeError("the data contains itself, or is nested too deeply");
  if (Array.isArray(value)) {
    const items = new Array<unknown>(value.length);
    for (let i = 0; i < value.length; i += 1) items[i] = shown(value[i], functions, depth + 1) ?? null;
    return items;
  }
  const written = writtenOf(value);
  if (written !== value) return shown(written, functions, depth + 1);
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const field = shown((value as Record<string, unknown>)[key], functions, depth + 1);
    if (field !== undefined) fields[key] = field;
  }
  return fields;
}

/** What JSON has in place of an object; else itself. */
function writtenOf(value: object): unknown {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON === "function") return toJSON.call(value, "") as unknown;
  return value instanceof String || value instanceof Number || value instanceof Boolean
    ? value.valueOf()
    : value;
}

/** Objects within objects that data may have; more is a loop. */
const DEEPEST = 200;

/** Whether it is an object that was written down, not an instance of a class; of whatever window. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * Brings the view up to date at `path`, where the page has set something, and adds to `changes`
 * what a template has to look at.
 */
export function refresh(
  view: Record<string, unknown>,
  data: Record<string, unknown>,
  path: Path,
  changes: DataChange[],
  functions: boolean,
): void {
  let from: unknown = data;
  let to: Record<string | number, unknown> = view;
  for (let i = 0; i < path.length - 1; i += 1) {
    const key = path[i] as string | number;
    from = (from as Record<string | number, unknown>)[key];
    const next = to[key];
    if (typeof next !== "object" || next === null || Array.isArray(next) !== Array.isArray(from)) {
      // The view has nothing to go on with: all of it is new from here.
      to[key] = shown(from, functions);
      changes.push([path.slice(0, i + 1), to[key], undefined, undefined]);
      return;
    }
    if (Array.isArray(next) && typeof path[i + 1] === "number" && (path[i + 1] as number) >= next.length) {
      changes.push([[...path.slice(0, i + 1), "length"], true, undefined, undefined]);
    }
    to = next as Record<string | number, unknown>;
  }
  const key = path.at(-1) as string | number;
  const value = (from as Record<string | number, unknown>)[key];
  if (typeof value !== "object" || value === null) {
    // Said to the template even where the view has it already: the user may have typed something
    // into a control since, and `setData({ value: "" })` has to empty it.
    const primitive = shown(value, functions);
    if (primitive === undefined && value !== undefined) return;
    to[key] = primitive;
    changes.push([path, primitive, undefined, undefined]);
    return;
  }
  merge(to, key, value, [...path], changes, functions, 0);
}

/** `trail` is where `key` of `parent` stands; it is the same array all the way, changed as it goes. */
function merge(
  parent: Record<string | number, unknown>,
  key: string | number,
  next: unknown,
  trail: Path,
  changes: DataChange[],
  functions: boolean,
  depth: number,
): void {
  const old = parent[key];
  if (typeof next !== "object" || next === null) {
    if (Object.is(old, next)) return;
  } else if (typeof old === "object" && old !== null) {
    if (depth > DEEPEST) throw new TypeError("the data contains itself, or is nested too deeply");
    if (Array.isArray(next)) {
      if (Array.isArray(old)) {
        mergeArrays(old, next, trail, changes, functions, depth);
        return;
      }
    } else if (!Array.isArray(old) && isPlain(old) && isPlain(next) && writtenOf(next) === next) {
      const from = next as Record<string, unknown>;
      const to = old as Record<string, unknown>;
      const names = Object.keys(from);
      if (beginsWith(names, Object.keys(to))) {
        for (const name of names) {
          trail.push(name);
          merge(to, name, from[name], trail, changes, functions, depth + 1);
          trail.pop();
        }
        return;
      }
    }
  }
  const field = shown(next, functions, depth);
  // A field that nothing arrives of is not there.
  if (field === undefined && old === undefined && !Array.isArray(parent)) return;
  parent[key] = Array.isArray(parent) ? (field ?? null) : field;
  changes.push([trail.slice(), parent[key], undefined, undefined]);
}

function mergeArrays(
  old: unknown[],
  next: unknown[],
  trail: Path,
  changes: DataChange[],
  functions: boolean,
  depth: number,
): void {
  if (old.length === next.length) {
    for (let i = 0; i < next.length; i += 1) {
      trail.push(i);
      merge(old as unknown as Record<number, unknown>, i, next[i], trail, changes, functions, depth + 1);
      trail.pop();
    }
    return;
  }
  // Items came or went. What is the same before and after them stays.
  const shorter = Math.min(old.length, next.length);
  let before = 0;
  while (before < shorter && same(old[before], next[before], depth)) before += 1;
  let after = 0;
  while (
    after < shorter - before &&
    same(old[old.length - 1 - after], next[next.length - 1 - after], depth)
  ) {
    after += 1;
  }
  const inserted = next
    .slice(before, next.length - after)
    .map((item) => shown(item, functions, depth + 1) ?? null);
  const removed = old.length - before - after;
  old.splice(before, removed, ...inserted);
  changes.push([trail.slice(), inserted, before, removed]);
  changes.push([[...trail, "length"], true, undefined, undefined]);
}

/** Whether no field was taken away and none came before an old one: `tt:for` goes by their order. */
function beginsWith(names: string[], old: string[]): boolean {
  if (names.length < old.length) return false;
  for (let i = 0; i < old.length; i += 1) {
    if (names[i] !== old[i]) return false;
  }
  return true;
}

/** Whether two values would render the same. */
function same(a: unknown, b: unknown, depth: number): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (depth > DEEPEST || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => same(item, b[i], depth + 1));
  }
  if (!isPlain(a) || !isPlain(b)) return false;
  const names = Object.keys(a);
  const others = Object.keys(b);
  if (names.length !== others.length || !beginsWith(names, others)) return false;
  for (const name of names) {
    if (!same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name], depth + 1))
      return false;
  }
  return true;
}
