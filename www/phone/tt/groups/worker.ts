/** `tt.createWorker`: a module of the project in a thread of its own, where `worker` stands for this side. */
import type { Api } from "../api";
import { subscription } from "../api";
import { badParameter } from "../params";

export function worker(api: Api): void {
  const { phone } = api;
  const members = "onMessage postMessage terminate onError";
  api.object("Worker", members);
  api.sync("createWorker", members, (scriptPath: unknown) => {
    if (typeof scriptPath !== "string") throw badParameter(`params.scriptPath should be string, but got ${typeof scriptPath}`);
    const path = scriptPath.replace(/^\.?\//, "");
    const entry = [path, `${path}.js`, path.replace(/\.js$/, ".ts")].find((each) => phone.manifest.modules[each]);
    if (!entry) throw new Error(`there is no script ${scriptPath}`);
    const source = `(${inside.toString()})(${JSON.stringify([window.location.origin, entry, phone.manifest.modules])})`;
    const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    const thread = new Worker(url);
    const { on, listeners } = subscription();
    const errors = subscription();
    thread.onmessage = ({ data }: MessageEvent<unknown>) => listeners.emit(data);
    thread.onerror = ({ message }) => {
      console.error(`worker ${scriptPath}: ${message}`);
      errors.listeners.emit({ message });
    };
    return {
      onMessage: on,
      onError: errors.on,
      postMessage: (message: unknown) => thread.postMessage(message),
      terminate: () => {
        thread.terminate();
        URL.revokeObjectURL(url);
      },
    };
  });
}

/** Runs in the worker: loads modules as the phone does. It is sent as text, so it can use nothing from outside. */
function inside([origin, entry, requires]: [string, string, Record<string, Record<string, string>>]): void {
  type Body = (this: unknown, ...scope: unknown[]) => void;
  const self = globalThis as unknown as { importScripts(url: string): void; postMessage(message: unknown): void; onmessage: unknown; __define: unknown };
  const bodies: Record<string, Body> = {};
  const modules: Record<string, { exports: unknown }> = {};
  self.__define = (path: string, body: Body) => {
    bodies[path] = body;
  };
  const worker = {
    postMessage: (message: unknown) => self.postMessage(message),
    onMessage: (callback: (message: unknown) => void) => {
      self.onmessage = ({ data }: { data: unknown }) => callback(data);
    },
  };
  Object.assign(globalThis, { worker });
  const load = (path: string): unknown => {
    const known = modules[path];
    if (known) return known.exports;
    const module = (modules[path] = { exports: {} as unknown });
    self.importScripts(`${origin}/app/module/${encodeURI(path)}.js`);
    const require = (name: string): unknown => {
      const target = requires[path]?.[name];
      if (!target) throw new Error(`${path} requires ${name}, which is not there`);
      return load(target);
    };
    (bodies[`${path}.js`] ?? bodies[path])?.call(undefined, require, module, module.exports);
    return module.exports;
  };
  load(entry);
}
