/**
 * The project's scripts: loads those that a page needs, and runs them as CommonJS modules when they
 * are first required.
 */
import { encodePath, joinPath } from "../../shared/paths";
import { forgetOriginals, type Places } from "./positions";
import type { Global, Manifest } from "../../shared/project";
import { SITE } from "../../shared/site";

type Body = (this: unknown, ...scope: unknown[]) => void;
interface Module {
  exports: unknown;
}
/**
 * What a module's code has beside `require`, `module` and `exports`. `__window` is for the compiler, which keeps the
 * window from being `this` of functions.
 */
export type Scope = Record<Global | "__window", unknown>;
interface Require {
  (path: string): unknown;
  /** For modules of packages that a phone loads later. */
  async: (path: string) => Promise<unknown>;
}
/** A module as the development server gives it. */
interface Definition extends Places {
  body: Body;
  /** Names of the globals that it uses. */
  globals: readonly string[];
}

export class Modules {
  readonly #manifest: () => Manifest;
  readonly #scope: (path: string) => Scope;
  readonly #definitions = new Map<string, Definition>();
  readonly #modules = new Map<string, Module>();
  /** By module, those that it required by paths which the compiler could not see. */
  readonly #computed = new Map<string, Set<string>>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Of modules that changed since the phone started: what to ask for in place of the first version. */
  readonly #versions = new Map<string, number>();

  constructor(manifest: () => Manifest, scope: (path: string) => Scope) {
    this.#manifest = manifest;
    this.#scope = scope;
    globalThis.__define = (path, body, globals, columns, moved) => {
      this.#definitions.set(path, { body, globals, columns, moved });
    };
  }

  /** Loads modules and all that they require, so that `require` finds them without waiting. */
  async load(paths: Iterable<string>): Promise<void> {
    await Promise.all([...this.closure(paths)].map((path) => this.#loadOne(path)));
  }

  /** The modules and all that they require. */
  closure(paths: Iterable<string>): Set<string> {
    const { modules } = this.#manifest();
    const found = new Set<string>();
    const waiting = [...paths];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      if (found.has(path)) continue;
      found.add(path);
      waiting.push(...Object.values(modules[path] ?? {}), ...(this.#computed.get(path) ?? []));
    }
    return found;
  }

  /** What a module exports; runs it if it has not run. */
  run(path: string): unknown {
    const known = this.#modules.get(path);
    if (known) return known.exports;
    const definition = this.#definitions.get(path) ?? this.#loadNow(path);
    if (!definition) throw new Error(`module "${path}" is not there: look at the problems of the project`);
    const module: Module = { exports: {} };
    // Before it runs: one that is required in a circle gets what there is so far.
    this.#modules.set(path, module);
    try {
      const scope: Record<string, unknown> = this.#scope(path);
      const globals = definition.globals.map((name) =>
        Object.hasOwn(scope, name) ? scope[name] : undefined,
      );
      definition.body.call(module.exports, this.#require(path), module, module.exports, ...globals);
    } catch (error) {
      this.#modules.delete(path);
      throw error;
    }
    return module.exports;
  }

  /** Forgets modules that changed and those that required them; says which. */
  forget(changed: Iterable<string>, version: number): Set<string> {
    const stale = new Set(changed);
    forgetOriginals();
    for (const path of stale) {
      this.#versions.set(path, version);
      this.#loading.delete(path);
      this.#definitions.delete(path);
    }
    const { modules } = this.#manifest();
    for (let size = 0; size !== stale.size;) {
      size = stale.size;
      for (const [path, requires] of Object.entries(modules)) {
        const all = [...Object.values(requires), ...(this.#computed.get(path) ?? [])];
        if (all.some((required) => stale.has(required))) stale.add(path);
      }
    }
    for (const path of stale) this.#modules.delete(path);
    return stale;
  }

  /** How places in a module's script differ from those in its source; `undefined` if it is none. */
  places(path: string): Places | undefined {
    const unmoved = Object.hasOwn(this.#manifest().modules, path) ? { columns: 0, moved: false } : undefined;
    return this.#definitions.get(path) ?? unmoved;
  }

  #require(from: string): Require {
    const require = (path: string): unknown => {
      const target = this.#manifest().modules[from]?.[path] ?? this.#find(from, String(path));
      if (target === undefined) {
        throw new Error(`module "${path}" is not defined, required in "${from}"`);
      }
      return this.run(target);
    };
    // Here all packages are there at once.
    return Object.assign(require, { async: async (path: string) => require(path) });
  }

  /** A module whose path was put together by the code, so that the compiler could not see it. */
  #find(from: string, path: string): string | undefined {
    const { modules } = this.#manifest();
    const ends = ["", ".js", ".ts", ".json", ".cjs", ".mjs", "/index.js", "/index.ts", "/index.json"];
    const places = [joinPath(from, path), joinPath("", path)];
    const candidates = places.flatMap((place) => [
      ...ends.map((end) => place + end),
      place.replace(/\.js$/, ".ts"),
    ]);
    const found = candidates.find((candidate) => Object.hasOwn(modules, candidate));
    if (found !== undefined) {
      const required = this.#computed.get(from) ?? new Set();
      this.#computed.set(from, required.add(found));
    }
    return found;
  }

  #loadOne(path: string): Promise<void> {
    const known = this.#loading.get(path);
    if (known) return known;
    const loading = loadScript(this.#address(path));
    this.#loading.set(path, loading);
    return loading;
  }

  /**
   * Loads a module that nobody could know to be required. A phone has all scripts before one of them
   * runs; to wait here saves loading hundreds that are never needed.
   */
  #loadNow(path: string): Definition | undefined {
    const request = new XMLHttpRequest();
    request.open("GET", this.#address(path), false);
    request.send();
    if (request.status !== 200) return undefined;
    const script = document.createElement("script");
    script.textContent = request.responseText;
    document.head.append(script);
    script.remove();
    return this.#definitions.get(path);
  }

  #address(path: string): string {
    const version = this.#versions.get(path);
    return `${SITE}app/module/${encodePath(path)}.js${version === undefined ? "" : `?v=${version}`}`;
  }
}

/** Runs a script of the page's origin; one that is not there is found out by who needs it. */
export function loadScript(address: string): Promise<void> {
  return new Promise((done) => {
    const script = document.createElement("script");
    script.src = address;
    script.async = false;
    script.onload = script.onerror = () => {
      script.remove();
      done();
    };
    document.head.append(script);
  });
}

declare global {
  var __define: import("../../shared/project").Define;
}
