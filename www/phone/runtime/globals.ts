/**
 * What the project's scripts take for global: the language, timers, a console and an object that all
 * of them share. A phone runs no code from texts, and shows its scripts no browser.
 */

/** Names of the language, which the global object has as everywhere. */
const LANGUAGE =
  "Object Array Number parseFloat parseInt Infinity NaN Boolean String Symbol Date Promise RegExp Error AggregateError " +
  "EvalError RangeError ReferenceError SyntaxError TypeError URIError JSON Math Intl ArrayBuffer SharedArrayBuffer Atomics " +
  "Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float32Array Float64Array Uint8ClampedArray " +
  "BigUint64Array BigInt64Array DataView Map BigInt Set WeakMap WeakSet WeakRef FinalizationRegistry Proxy Reflect " +
  "decodeURI decodeURIComponent encodeURI encodeURIComponent escape unescape isFinite isNaN";

export interface Globals {
  global: object;
  globalThis: object;
  Function: unknown;
  eval: unknown;
  setTimeout: unknown;
  setInterval: unknown;
  clearTimeout: unknown;
  clearInterval: unknown;
  console: unknown;
}

/**
 * Notes the page whose script runs. Scripts see it as a global that no document names and that
 * Taro 1 reads (`@tarojs/taro-tt`).
 */
export function setRunningPage(name: string): void {
  (globalThis as { globPageRegistPath?: string }).globPageRegistPath = name;
}

/** Makes the globals of one mini-program. Functions of the window make no code of texts any more. */
export function createGlobals(console: object): Globals {
  const global = {};
  setRunningPage("");
  const timer =
    (name: "setTimeout" | "setInterval") =>
    (handler: unknown, delay?: number, ...values: unknown[]): number => {
      if (typeof handler === "string") throw noCode(`${name} with a text`);
      const run = (): void => {
        if (typeof handler === "function") Reflect.apply(handler, global, values);
      };
      return window[name](run, delay);
    };
  const globals: Globals = {
    global,
    globalThis: global,
    Function: withoutCode(global),
    eval: () => {
      throw noCode("eval");
    },
    setTimeout: timer("setTimeout"),
    setInterval: timer("setInterval"),
    clearTimeout: (id?: number) => window.clearTimeout(id),
    clearInterval: (id?: number) => window.clearInterval(id),
    console,
  };
  const language = LANGUAGE.split(" ").map((name): [string, unknown] => [
    name,
    (window as unknown as Record<string, unknown>)[name],
  ]);
  // Libraries look for them there; a program that goes through the object finds its own only.
  for (const [name, value] of [...language, ...Object.entries(globals)]) {
    Object.defineProperty(global, name, { value, writable: true, configurable: true });
  }
  return globals;
}

/** Dates and numbers are written in the phone's language, whatever the browser's is, unless a script names one. */
export function localize(language: () => string): void {
  type Written = Record<string, (this: unknown, locales?: unknown, options?: unknown) => string>;
  const write = (prototype: Written, name: string): void => {
    const native = prototype[name] as Written[string];
    prototype[name] = function (locales, options) {
      return native.call(this, locales ?? language(), options);
    };
  };
  const names = ["toLocaleString", "toLocaleDateString", "toLocaleTimeString"];
  for (const name of names) write(Date.prototype as unknown as Written, name);
  write(Number.prototype as unknown as Written, "toLocaleString");
}

/** `Function`, and the constructors that functions lead to, without the making of functions from texts. */
function withoutCode(global: object): unknown {
  const kinds = [function () {}, async function () {}, function* () {}, async function* () {}];
  const [guarded] = kinds.map((kind) => {
    const prototype = Object.getPrototypeOf(kind) as { constructor: FunctionConstructor };
    const make = (values: unknown[]): object => {
      // So libraries find the global object, on phones as well.
      if (values.length === 1 && /^\s*return this;?\s*$/.test(String(values[0]))) return () => global;
      throw noCode("new Function");
    };
    const value = new Proxy(prototype.constructor, {
      apply: (_target, _this, values: unknown[]) => make(values),
      construct: (_target, values: unknown[]) => make(values),
    });
    Object.defineProperty(prototype, "constructor", { value, writable: true, configurable: true });
    return value;
  });
  return guarded;
}

function noCode(what: string): Error {
  return new EvalError(`${what} does not work in a mini-program: code is never made of texts there`);
}

declare global {
  /** The console of view scripts, which are functions within templates. */
  var __console: unknown;
}
