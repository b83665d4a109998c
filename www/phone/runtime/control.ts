/** What the desk over its port, and a test by `window.phone`, can do with a phone and learn of it. */
import { Component, type Element, type GeneralComponent } from "glass-easel";
import type { CallStats, PageState, PhoneControl, PhoneForDesk } from "../../shared/bridge";
import { encode } from "../../shared/shown";
import { snapshot } from "./console";
import { costOf } from "./costs";
import type { PhoneHost } from "./host";
import { Instance, instanceOf } from "./instance";

const ids = new WeakMap<GeneralComponent, string>();
let nextId = 1;

export function controlOf(host: PhoneHost): PhoneControl {
  const { storage } = host.store;
  const changed = (): void => host.report({ kind: "storage" });
  return {
    get settings() {
      return host.settings;
    },
    apply: (change) => host.apply(change),
    pages: () => host.router.pages.map((page) => pageState(page.root, page.route)),
    setData(index, id, change) {
      const page = host.router.pages[index];
      if (!page) throw new Error(`there is no page ${index} in the stack`);
      const target =
        id === null ? page.root : components(page.root).find((component) => idOf(component) === id);
      const instance = target && instanceOf(target);
      if (!instance) throw new Error(`there is no component ${id} in the page`);
      instance.setData(change);
    },
    storage: () => Object.fromEntries(storage.keys().map((key) => [key, storage.get(key)])),
    setStorage(key, value) {
      storage.set(key, value);
      changed();
    },
    removeStorage(key) {
      if (key === undefined) storage.clear();
      else storage.remove(key);
      changed();
    },
    open(url) {
      host.router
        .reLaunch(url.startsWith("/") ? url : `/${url}`)
        .catch((error: unknown) => host.failed(error, "open"));
    },
    back() {
      host.back().catch((error: unknown) => host.failed(error, "back"));
    },
    restart: () => host.restart(false),
    captureScreen: () => host.emit("captureScreen", undefined),
    memoryWarning: (level) => host.emit("memoryWarning", level),
    update: (works) => host.emit("update", works),
    callStats: async () => (await host.call?.callStats()) ?? NO_CALL,
  };
}

/** What the desk can call: the same, but that all that goes to it can be sent. */
export function commandsOf(host: PhoneHost, control: PhoneControl): PhoneForDesk {
  const shown = (data: Record<string, unknown>) => encode(data) as unknown as Record<string, unknown>;
  return {
    apply: control.apply,
    pages: () =>
      control.pages().map(({ data, components, ...page }) => ({
        ...page,
        data: shown(data),
        components: components.map((component) => ({ ...component, data: shown(component.data) })),
      })),
    setData: control.setData,
    storage: () =>
      Object.fromEntries(
        Object.entries(control.storage()).map(([key, value]) => [key, JSON.stringify(value) ?? ""]),
      ),
    setStorage: control.setStorage,
    removeStorage: control.removeStorage,
    open: control.open,
    back: control.back,
    restart: control.restart,
    captureScreen: control.captureScreen,
    memoryWarning: control.memoryWarning,
    update: control.update,
    // The channel waits for it.
    callStats: control.callStats as unknown as PhoneForDesk["callStats"],
    evaluate: (text) => void evaluate(host, text),
  };
}

/** An indirect `eval`, which sees `tt`, `getApp` and what else page code has as globals. */
async function evaluate(host: PhoneHost, text: string): Promise<void> {
  try {
    // oxlint-disable-next-line eslint/no-eval -- the user's own line, from the desk's console
    const value: unknown = await (0, eval)(text);
    host.report({ kind: "console", level: "log", values: [snapshot(value)], at: null });
  } catch (error) {
    const { name, message, stack } = Object(error) as Error;
    host.report({
      kind: "error",
      message: `${name ?? "Error"}: ${message ?? String(error)}`,
      stack: stack ?? "",
      at: null,
    });
  }
}

const NO_CALL: CallStats = {
  appId: "",
  roomId: "",
  userId: "",
  lists: { chat: [], video: [], speakers: [], screen: [] },
  links: [],
};

function pageState(
  root: GeneralComponent,
  { name, query }: { name: string; query: Record<string, string> },
): PageState {
  return {
    route: name,
    query: { ...query },
    data: dataOf(root),
    components: components(root).map((component) => ({
      id: idOf(component),
      name: component.is,
      data: dataOf(component),
    })),
    setData: costOf(root),
  };
}

function dataOf(component: GeneralComponent): Record<string, unknown> {
  return snapshot(component.data) as Record<string, unknown>;
}

function idOf(component: GeneralComponent): string {
  const known = ids.get(component);
  if (known !== undefined) return known;
  const id = String(nextId);
  nextId += 1;
  ids.set(component, id);
  return id;
}

/** The project's own components below a page, in the order of the tree. */
function components(root: GeneralComponent): GeneralComponent[] {
  const found: GeneralComponent[] = [];
  const visit = (element: Element): void => {
    if (Component.isComponent(element)) {
      const component = element as GeneralComponent;
      if (component !== root && (component.getMethodCaller() as unknown) instanceof Instance)
        found.push(component);
      const tree = component.isExternal() ? null : component.getShadowRoot();
      if (tree) visit(tree);
    }
    for (const child of element.childNodes) {
      const inner = child.asElement();
      if (inner) visit(inner);
    }
  };
  visit(root);
  return found;
}
