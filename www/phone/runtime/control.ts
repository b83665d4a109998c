/** What the desk over its port, and a test by `window.phone`, can do with a phone and learn of it. */
import { Component, type Element, type GeneralComponent } from "glass-easel";
import type { CallStats, PageState, PhoneControl, PhoneForDesk, PhoneRecord } from "../../shared/bridge";
import { encode } from "../../shared/shown";
import { snapshot } from "./console";
import { costOf } from "./costs";
import type { PhoneHost } from "./host";
import { instanceOf } from "./instance";
import { tagOf } from "./event";
import { domOf } from "./queries/selector";
import { namesTag, queryTags } from "./queries/tags";

const ids = new WeakMap<GeneralComponent, string>();
let nextId = 1;
const records: PhoneRecord[] = [];
/** How many records are kept. */
const MOST_RECORDS = 2_000;

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
    elements(selector, within) {
      const root = host.router.top?.root;
      const element = within && elementAt(root, within);
      if (within && !element) return [];
      const template = templateOf(element);
      if (template) return found(template, selector);
      const owner = element ? element.ownerShadowRoot : templateOf(root);
      return found(owner, selector).filter((it) => !within || (it !== within && within.contains(it)));
    },
    describe(dom) {
      const element = present(host, dom);
      const properties = Component.isComponent(element)
        ? (snapshot(element.data) as Record<string, unknown>)
        : {};
      return { tag: tagOf(element), dataset: { ...element.dataset }, properties };
    },
    trigger(dom, type, detail) {
      present(host, dom).triggerEvent(type, detail, { bubbles: true, composed: true });
    },
    callMethod(dom, name, ...args) {
      const instance = instanceOf(present(host, dom)) as unknown as Record<string, unknown> | undefined;
      const method = instance?.[name];
      if (typeof method !== "function") throw new Error(`the component has no method ${name}`);
      return method.apply(instance, args) as unknown;
    },
    records: () => [...records],
  };
}

/** Keeps what happened for tests. */
export function keep(record: PhoneRecord): void {
  records.push(record);
  if (records.length > MOST_RECORDS) records.shift();
}

/** The element of the page on top that is `dom` in the document. */
function present(host: PhoneHost, dom: HTMLElement): Element {
  const element = elementAt(host.router.top?.root, dom);
  if (!element) throw new Error("the element is not on the page any more");
  return element;
}

/** The template of a page or a custom component. */
function templateOf(element: Element | undefined): Element | undefined {
  if (!element || !Component.isComponent(element) || !instanceOf(element)) return undefined;
  return (element as GeneralComponent).getShadowRoot() ?? undefined;
}

function found(template: Element | null | undefined, selector: string): HTMLElement[] {
  if (!template) return [];
  const elements = namesTag(selector) ? queryTags(template, selector) : template.querySelectorAll(selector);
  return elements.map((element) => domOf(element)).filter((dom) => dom !== undefined);
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
  for (const element of elementsBelow(root)) {
    if (element !== root && instanceOf(element)) found.push(element as GeneralComponent);
  }
  return found;
}

/** The element that is `dom` in the document. */
function elementAt(root: Element | undefined, dom: HTMLElement): Element | undefined {
  if (!root) return undefined;
  for (const element of elementsBelow(root)) {
    // Other elements without one, such as blocks and slots, are none that a page can see.
    const own = Component.isComponent(element) ? domOf(element) : element.$$;
    if ((own as unknown) === dom) return element;
  }
  return undefined;
}

/** An element and all below it, those of templates of components first. */
function* elementsBelow(element: Element): Generator<Element> {
  yield element;
  const tree = Component.isComponent(element) && !element.isExternal() ? element.getShadowRoot() : null;
  if (tree) yield* elementsBelow(tree);
  for (const child of element.childNodes) {
    const inner = child.asElement();
    if (inner) yield* elementsBelow(inner);
  }
}
