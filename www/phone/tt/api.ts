/**
 * Where the groups put their functions. Each is put in with what it takes and what it gives, so that
 * calls are checked and `canIUse` can answer from the same words.
 */
import type { Phone } from "../phone";
import { call, type Options, settle } from "../async";
import { Failure } from "../failure";
import { check, type Params } from "./params";

/** What `canIUse` knows of a function or an object. */
export interface Schema {
  kind: "async" | "sync" | "on" | "object";
  /** Options of an asynchronous function, and the values of those with a list of them. */
  params: Params;
  /** Fields of what comes of it: of `success`, of what is returned, or of what a listener is given. */
  fields: readonly string[];
}
/** Calls all who listen. */
export interface Listeners {
  emit(...payload: unknown[]): void;
  readonly size: number;
}

export class Api {
  readonly tt: Record<string, unknown> = {};
  readonly schemas = new Map<string, Schema>();

  constructor(readonly phone: Phone) {}

  /** `tt.NAME(options)`; `fields` are those of the result, separated by spaces. */
  async<O = Record<string, never>>(
    name: string,
    params: Params,
    fields: string,
    work: (options: O) => unknown,
  ): void {
    this.#put(name, { kind: "async", params, fields: words(fields) }, this.method(name, params, work));
  }

  /** An asynchronous function for an object of ours; `name` stands in its `errMsg`. */
  method<O = Record<string, never>>(
    name: string,
    params: Params,
    work: (options: O) => unknown,
  ): (options?: Options) => unknown {
    return (options) => {
      const given = (options ?? {}) as Options;
      const begun = new Promise((resolve) => {
        if (typeof given !== "object")
          throw new Failure(`params should be object, but got ${typeof given}`, 20000, "D");
        check(params, given);
        resolve(work(given as O));
      });
      return settle(name, given, begun, (ok, value) => this.tell(name, given, ok, value));
    };
  }

  /** As {@link async}, for a function that gives the page something to hold meanwhile and so never a Promise. */
  task<O, T extends object>(
    name: string,
    params: Params,
    fields: string,
    start: (options: O) => { task: T; result: Promise<unknown> },
    none: () => T,
  ): void {
    this.#put(name, { kind: "async", params, fields: words(fields) }, (options?: Options) => {
      const given = (options ?? {}) as Options;
      let begun;
      try {
        if (typeof given !== "object")
          throw new Failure(`params should be object, but got ${typeof given}`, 20000, "D");
        check(params, given);
        begun = start(given as O);
      } catch (error) {
        begun = { task: none(), result: Promise.reject(error as Error) };
      }
      void settle(name, given, begun.result, (ok, value) => this.tell(name, given, ok, value));
      return begun.task;
    });
  }

  /** `tt.NAME(...)` that answers at once; what it throws begins with `NAME:fail `. */
  sync<A extends unknown[]>(name: string, fields: string, work: (...values: A) => unknown): void {
    this.#put(name, { kind: "sync", params: {}, fields: words(fields) }, this.direct(name, work));
  }

  /** A function that answers at once, for an object of ours. */
  direct<A extends unknown[]>(name: string, work: (...values: A) => unknown): (...values: A) => unknown {
    return (...values) => {
      try {
        const value = work(...values);
        this.tell(name, values, true, value);
        return value;
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        this.tell(name, values, false, message);
        const errMsg = `${name}:fail ${message}`;
        const { errNo, errorType } = (error ?? {}) as Partial<Failure>;
        throw Object.assign(new Error(errMsg), {
          errMsg,
          ...(errNo === undefined ? {} : { errNo, errorType }),
        });
      }
    };
  }

  /** `tt.onNAME(callback)` and `tt.offNAME(callback?)`; `fields` are those of what the callback is given. */
  event(
    name: string,
    fields = "",
    changed?: (size: number) => void,
    { single = false, off = true } = {},
  ): Listeners {
    const { on, off: remove, listeners } = subscription(changed, single);
    this.#put(`on${name}`, { kind: "on", params: {}, fields: words(fields) }, on);
    if (off) this.#put(`off${name}`, { kind: "on", params: {}, fields: [] }, remove);
    return listeners;
  }

  /** Anything else. */
  value(name: string, value: unknown, fields = ""): void {
    this.#put(name, { kind: "object", params: {}, fields: words(fields) }, value);
  }

  /** What pages cannot reach as `tt.NAME`, but hold and ask `canIUse` about. */
  object(name: string, members: string): void {
    this.schemas.set(name, { kind: "object", params: {}, fields: words(members) });
  }

  /** Tells the desk of a call. */
  tell(name: string, options: unknown, ok: boolean, value: unknown): void {
    try {
      const [shownOptions, shownValue] = [plain(options), plain(value)];
      this.phone.report({ kind: "api", name, options: shownOptions, result: { ok, value: shownValue } });
    } catch (error) {
      // Something that throws when it is read is the page's affair.
      console.warn(`${name}: what it was given cannot be shown`, error);
    }
  }

  #put(name: string, schema: Schema, value: unknown): void {
    this.schemas.set(name, schema);
    this.tt[name] = value;
  }
}

/** A list of listeners with its two functions, for `tt` or an object of ours. */
export function subscription(changed?: (size: number) => void, single = false) {
  let all: unknown[] = [];
  return {
    on(callback: unknown): void {
      if (typeof callback !== "function") return;
      all = single ? [callback] : [...all, callback];
      changed?.(all.length);
    },
    off(callback?: unknown): void {
      all = callback === undefined ? [] : all.filter((each) => each !== callback);
      changed?.(all.length);
    },
    listeners: {
      emit(...payload: unknown[]): void {
        for (const each of all) call(each, undefined, ...payload);
      },
      get size() {
        return all.length;
      },
    } satisfies Listeners,
  };
}

/** `onX` and `offX` for each name, and what calls their listeners. */
export function emitters<N extends string>(...names: N[]) {
  const functions: Record<string, (callback?: unknown) => void> = {};
  const lists = {} as Record<N, Listeners>;
  for (const name of names) {
    const { on, off, listeners } = subscription();
    functions[`on${name}`] = on;
    functions[`off${name}`] = off;
    lists[name] = listeners;
  }
  return {
    functions,
    emit: (name: N, ...payload: unknown[]) => lists[name].emit(...payload),
    listens: (name: N) => lists[name].size > 0,
  };
}

function words(text: string): string[] {
  return text ? text.split(" ") : [];
}

/** Of a text, in characters. */
const LONGEST = 10_000;

/** A copy that can be shown: without functions, long texts, binary data and what goes in circles. */
function plain(value: unknown, depth = 0): unknown {
  if (typeof value === "function") return undefined;
  if (typeof value === "string" && value.length > LONGEST) return `${value.slice(0, LONGEST)}…`;
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value))
    return `${value.constructor.name}(${value.byteLength})`;
  if (depth > 6) return "…";
  if (Array.isArray(value)) return value.slice(0, 1000).map((each) => plain(each, depth + 1));
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null)
    return Object.prototype.toString.call(value).slice(8, -1);
  const copy: Record<string, unknown> = {};
  for (const [key, each] of Object.entries(value))
    if (typeof each !== "function") copy[key] = plain(each, depth + 1);
  return copy;
}
