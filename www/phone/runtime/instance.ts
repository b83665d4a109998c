/**
 * `this` of a page or component: what the platform documents of it, over glass-easel's component.
 * Methods are bound to the instance when they are first read, since pages hand them around unbound
 * (`context.onX(this.onX)`).
 */
import { Component, dataPath, type GeneralComponent } from "glass-easel";
import { IntersectionObserver, type ObserverOptions } from "./queries/intersection";
import { SelectorQuery } from "./queries/selector";
import type { Guard } from "./guard";
import { addCost } from "./costs";
import { copy } from "./data";
import { NODE } from "./node";
import { provide, type Provided } from "./provide";
import { MOST_BYTES, SLOW_BYTES, Transfer } from "./transfer";
import { renderAround, renderViews } from "./views";

/**
 * The lifetime that scripts call `created`. glass-easel's own comes when a component has its template
 * already, so that the components in it would be created first.
 */
export const CREATED = "tt:created";

/** What instances need of the phone. */
export interface Host {
  readonly guard: Guard;
  /** Whether the instance is gone: its page was unloaded, or it was removed. */
  gone(node: GeneralComponent): boolean;
  /** Whether a function is data of this component: it, or one that it uses, has a property of type `Function`. */
  takesFunctions(node: GeneralComponent): boolean;
  failed(error: unknown, what: string): void;
  warn(message: string): void;
}

let host: Host;
/** Sets the phone of all instances; there is one in a window. */
export function setHost(value: Host): void {
  host = value;
}

type Change = Record<string, unknown>;

export class Instance {
  /** What console and warnings call it. */
  static readonly name = "Component";
  declare readonly [NODE]: GeneralComponent;
  [key: string]: unknown;

  // Code may put what it likes in the place of any of these, `this.id` for one.
  get is(): string {
    return this[NODE].is;
  }
  set is(value: unknown) {
    setOwn(this, "is", value);
  }
  get id(): string {
    return this[NODE].id;
  }
  set id(value: unknown) {
    setOwn(this, "id", value);
  }
  get dataset(): Record<string, unknown> {
    return this[NODE].dataset as Record<string, unknown>;
  }
  set dataset(value: unknown) {
    setOwn(this, "dataset", value);
  }
  get data(): Record<string, unknown> {
    renderAround(this[NODE]);
    return this[NODE].data;
  }
  /** Other data for the code to go on with; what is shown stays, as nobody called `setData`. */
  set data(value: unknown) {
    if (typeof value !== "object" || value === null) return;
    const { data } = this[NODE];
    for (const key of Object.keys(data)) if (!Object.hasOwn(value, key)) Reflect.deleteProperty(data, key);
    Object.assign(data, value);
  }
  get properties(): Record<string, unknown> {
    return this.data;
  }
  set properties(value: unknown) {
    setOwn(this, "properties", value);
  }

  setData(change: Change, callback?: () => void): void {
    const node = this[NODE];
    if (typeof change !== "object" || change === null) {
      throw new TypeError(`setData expects an object, but got ${change === null ? "null" : typeof change}`);
    }
    if (host.gone(node)) {
      // Nothing shows it any more, but its code may read what it set.
      for (const [key, value] of Object.entries(change))
        assign(node.data, dataPath.parseSinglePath(key), value);
      return;
    }
    host.guard.run(node, () => {
      const start = performance.now();
      const changes = transferred(node, change);
      const proxy = Component.getDataProxy(node);
      for (const [path, value] of changes) {
        if (value === undefined) assign(node.data, path, undefined);
        else proxy.replaceDataOnPath(path, value);
      }
      proxy.applyDataUpdates();
      addCost(node, { time: performance.now() - start });
    });
    if (typeof callback === "function") {
      host.guard.later(() => {
        try {
          callback.call(this);
        } catch (error) {
          host.failed(error, "callback of setData");
        }
      });
    }
  }

  /** Nothing to do: updates within one task are cheap. */
  groupSetData(callback: () => void): void {
    callback.call(this);
  }

  triggerEvent(
    name: string,
    detail?: unknown,
    options: { bubbles?: boolean; composed?: boolean; capturePhase?: boolean } = {},
  ): void {
    this[NODE].triggerEvent(name, detail ?? {}, options);
  }

  selectComponent(selector: string, callback?: (found: unknown) => void): unknown {
    renderViews();
    const found = this[NODE].getShadowRoot()?.querySelector(selector);
    const instance = (found && instanceOf(found)) ?? null;
    callback?.call(this, instance);
    return instance;
  }

  selectAllComponents(selector: string, callback?: (found: unknown[]) => void): unknown[] {
    renderViews();
    const found = this[NODE].getShadowRoot()?.querySelectorAll(selector) ?? [];
    const instances = found.map(instanceOf).filter((instance) => instance !== undefined);
    callback?.call(this, instances);
    return instances;
  }

  selectOwnerComponent(): unknown {
    const owner = this[NODE].ownerShadowRoot?.getHostNode();
    return (owner && instanceOf(owner)) ?? null;
  }

  getRelationNodes(key: string, callback?: (found: unknown[]) => void): unknown[] {
    renderViews();
    const instances = this[NODE].getRelationNodes(key).map((node) => node.getMethodCaller() as unknown);
    callback?.call(this, instances);
    return instances;
  }

  hasBehavior(behavior: string): boolean {
    return this[NODE].hasBehavior(behavior);
  }

  createSelectorQuery(): SelectorQuery {
    return new SelectorQuery(this[NODE]);
  }

  createIntersectionObserver(options?: ObserverOptions): IntersectionObserver {
    renderViews();
    return new IntersectionObserver(this[NODE], options);
  }

  createMediaQueryObserver(): {
    observe(query: Record<string, unknown>, callback: (result: { matches: boolean }) => void): void;
    disconnect(): void;
  } {
    return mediaQueryObserver();
  }

  /** Pages here have no skeleton screens to remove. */
  removeSkeleton(): void {}

  /** What the nearest ancestors provide of what this component asked for. */
  get inject(): Provided {
    return provide.injected(this[NODE]);
  }
  set inject(value: unknown) {
    setOwn(this, "inject", value);
  }

  setProvide(change: Provided): void {
    provide.change(this[NODE], change);
  }
}

/** The instance of an element that is a page's own component. */
export function instanceOf(element: object): Instance | undefined {
  if (!Component.isComponent(element as never)) return undefined;
  const caller = (element as GeneralComponent).getMethodCaller() as unknown;
  return caller instanceof Instance ? caller : undefined;
}

/** A prototype on which each method is bound to the instance it is read from. */
export function prototypeWith(methods: Record<string, (...args: never[]) => unknown>): Instance {
  const prototype = Object.create(Instance.prototype) as Instance;
  for (const [name, method] of Object.entries(methods)) {
    Object.defineProperty(prototype, name, {
      configurable: true,
      enumerable: true,
      get(this: Instance) {
        const bound: unknown = method.bind(this as never);
        setOwn(this, name, bound);
        return bound;
      },
      set(this: Instance, value: unknown) {
        setOwn(this, name, value);
      },
    });
  }
  return prototype;
}

/** Sets a field of one instance, whatever its prototype has under this name. */
export function setOwn(target: Instance, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * What `this.data` has of a change, by path: a copy, with functions and instances of classes as they are, as the
 * platform's own examples expect of them. `undefined` does not reach what is shown.
 */
function transferred(node: GeneralComponent, change: Change): [(string | number)[], unknown][] {
  const transfer = new Transfer("setData", () => host.takesFunctions(node), MOST_BYTES);
  let [largest, most] = ["", 0];
  const changes = Object.entries(change).map(([key, value]): [(string | number)[], unknown] => {
    const { bytes: before, lost } = transfer;
    if (value === undefined) host.warn(`setData: "${key}" is undefined, which does not change what is shown`);
    const taken = transfer.take(key, value);
    if (transfer.bytes - before > most) [largest, most] = [key, transfer.bytes - before];
    return [dataPath.parseSinglePath(key), transfer.lost > lost ? copy(value) : taken];
  });
  for (const loss of transfer.losses()) host.warn(loss);
  if (transfer.bytes > SLOW_BYTES) {
    host.warn(
      `setData: more than ${SLOW_BYTES / 1024} kB in one call make a phone slow; "${largest}" is the largest part`,
    );
  }
  addCost(node, { calls: 1, bytes: transfer.bytes });
  return changes;
}

/** Sets a place in data, if there is what it is in; nobody is told. */
function assign(data: object, path: (string | number)[], value: unknown): void {
  let target: unknown = data;
  for (const key of path.slice(0, -1))
    target = (target as Record<string | number, unknown> | undefined)?.[key];
  if (typeof target === "object" && target !== null)
    (target as Record<string | number, unknown>)[path.at(-1) ?? ""] = value;
}

function mediaQueryObserver(): ReturnType<Instance["createMediaQueryObserver"]> {
  let stop = (): void => {};
  return {
    observe(query, callback) {
      stop();
      const conditions = Object.entries(query).map(([name, value]) => {
        const feature = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
        return `(${feature}: ${typeof value === "number" ? `${value}px` : String(value)})`;
      });
      const list = matchMedia(conditions.join(" and "));
      const tell = (): void => callback({ matches: list.matches });
      list.addEventListener("change", tell);
      stop = () => list.removeEventListener("change", tell);
      queueMicrotask(tell);
    },
    disconnect: () => stop(),
  };
}
