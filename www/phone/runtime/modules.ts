/**
 * The project's scripts: loads those that a page needs, and runs them as CommonJS modules when they
 * are first required.
 */
import { encodePath } from "../../shared/paths";
import type { Manifest } from "../../shared/project";

type Body = (this: unknown, ...scope: unknown[]) => void;
interface Module {
  exports: unknown;
}
/** What a module's code has beside `require`, `module` and `exports`, in the order of `SCOPE`. */
export type Scope = readonly unknown[];

export class Modules {
  readonly #manifest: () => Manifest;
  readonly #scope: (path: string) => Scope;
  readonly #bodies = new Map<string, Body>();
  readonly #modules = new Map<string, Module>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Of modules that changed since the phone started: what to ask for in place of the first version. */
  readonly #versions = new Map<string, number>();

  constructor(manifest: () => Manifest, scope: (path: string) => Scope) {
    this.#manifest = manifest;
    this.#scope = scope;
    globalThis.__define = (path, body) => {
      this.#bodies.set(path, body);
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
      waiting.push(...Object.values(modules[path] ?? {}));
    }
    return found;
  }

  /** What a module exports; runs it if it has not run. */
  run(path: string): unknown {
    const known = this.#modules.get(path);
    if (known) return known.exports;
    const body = this.#bodies.get(path);
    if (!body) throw new Error(`module "${path}" is not there: look at the problems of the project`);
    const module: Module = { exports: {} };
    // Before it runs: one that is required in a circle gets what there is so far.
    this.#modules.set(path, module);
    try {
      body.call(module.exports, this.#require(path), module, module.exports, ...this.#scope(path));
    } catch (error) {
      this.#modules.delete(path);
      throw error;
    }
    return module.exports;
  }

  /** Forgets modules that changed and those that required them; says which. */
  forget(changed: Iterable<string>, version: number): Set<string> {
    const stale = new Set(changed);
    for (const path of stale) {
      this.#versions.set(path, version);
      this.#loading.delete(path);
    }
    const { modules } = this.#manifest();
    for (let size = 0; size !== stale.size; ) {
      size = stale.size;
      for (const [path, requires] of Object.entries(modules)) {
        if (Object.values(requires).some((required) => stale.has(required))) stale.add(path);
      }
    }
    for (const path of stale) this.#modules.delete(path);
    return stale;
  }

  #require(from: string): (path: string) => unknown {
    return (path) => {
      const target = this.#manifest().modules[from]?.[path] ?? this.#find(from, String(path));
      if (target === undefined) {
        throw new Error(`module "${path}" is not defined, required in "${from}"`);
      }
      return this.run(target);
    };
  }

  /** A module whose path was put together by the code, so that the compiler could not see it. */
  #find(from: string, path: string): string | undefined {
    const base = path.startsWith("/") ? "file:///" : `file:///${from}`;
    const plain = decodeURI(new URL(path, base).pathname.slice(1));
    const { modules } = this.#manifest();
    return [plain, `${plain}.js`, `${plain}.ts`, `${plain}.json`, `${plain}/index.js`, `${plain}/index.ts`].find(
      (candidate) => Object.hasOwn(modules, candidate),
    );
  }

  #loadOne(path: string): Promise<void> {
    const known = this.#loading.get(path);
    if (known) return known;
    const version = this.#versions.get(path);
    const address = `/app/module/${encodePath(path)}.js${version === undefined ? "" : `?v=${version}`}`;
    const loading = loadScript(address);
    this.#loading.set(path, loading);
    return loading;
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
