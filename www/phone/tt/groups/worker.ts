/** `tt.createWorker`: a module of the project in a thread of its own, where `worker` stands for this side. */
import type { Api } from "../api";
import { subscription } from "../api";
import { wrongType } from "../../failure";
import { SITE } from "../../../shared/site";

export function worker(api: Api): void {
  const { phone } = api;
  const members = "onMessage postMessage terminate onError";
  api.object("Worker", members);
  api.sync("createWorker", members, (scriptPath: unknown) => {
    if (typeof scriptPath !== "string") throw wrongType("scriptPath", "string", scriptPath);
    const path = scriptPath.replace(/^\.?\//, "");
    const entry = [path, `${path}.js`, path.replace(/\.js$/, ".ts")].find(
      (each) => phone.manifest.modules[each],
    );
    if (!entry) throw new Error(`there is no script ${scriptPath}`);
    const given = [window.location.origin + SITE, entry, phone.manifest.modules];
    const source = `(${INSIDE})(...${JSON.stringify(given)})`;
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

/** Runs in the worker: loads modules as the phone does. Text, for a bundler may rewrite functions to use what is outside. */
const INSIDE = `function (site, entry, requires) {
  const bodies = {};
  const modules = {};
  const global = {};
  const scope = { global, globalThis: global, console, Function, setTimeout, setInterval, clearTimeout, clearInterval, __window: self };
  self.__define = (path, body, globals) => {
    bodies[path] = (...given) => body.call(undefined, ...given, ...globals.map((name) => scope[name]));
  };
  // A thread of its own holds up nobody.
  self.__turns = () => 1e9;
  self.worker = {
    postMessage: (message) => self.postMessage(message),
    onMessage: (callback) => { self.onmessage = ({ data }) => callback(data); },
  };
  const computed = (from, name) => {
    const parts = name.startsWith("/") ? [] : from.split("/").slice(0, -1);
    for (const part of name.split("/")) {
      if (part === "..") parts.pop();
      else if (part !== "." && part !== "") parts.push(part);
    }
    const place = parts.join("/");
    return ["", ".js", ".ts", ".json", "/index.js"].map((end) => place + end).find((each) => Object.hasOwn(requires, each));
  };
  const load = (path) => {
    if (modules[path]) return modules[path].exports;
    const module = (modules[path] = { exports: {} });
    importScripts(site + "app/module/" + path.split("/").map(encodeURIComponent).join("/") + ".js");
    const require = (name) => {
      const target = requires[path]?.[name] ?? computed(path, String(name));
      if (!target) throw new Error(path + " requires " + name + ", which is not there");
      return load(target);
    };
    (bodies[path + ".js"] ?? bodies[path])?.(require, module, module.exports);
    return module.exports;
  };
  load(entry);
}`;
