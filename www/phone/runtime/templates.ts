/**
 * The compiled templates, and how the phone differs from glass-easel in running them: handlers are
 * looked up on the instance and get the platform's event, and lengths in `style` are the phone's.
 */
import { encodePath } from "../../shared/paths";
import { SITE } from "../../shared/site";
import {
  dispatchError,
  template as glassEasel,
  type Element,
  type GeneralComponent,
  type ShadowedEvent,
} from "glass-easel";
import { loadScript } from "./modules";
import { CREATED } from "./instance";
import { elementOf, platformEvent } from "./event";
import { ownerInstance, type ViewInstance } from "./sjs";
import { inlineStyle } from "../inline-style";
import { hasView } from "./views";

type Groups = Record<string, (name: string) => ProcGen>;
type ProcGen = (wrapper: Wrapper, isCreation: boolean, data: unknown, updates: unknown) => unknown;
export type Template = glassEasel.ComponentTemplate;
/** Of glass-easel's wrapper, which a compiled template calls, what is replaced here. */
interface Wrapper {
  shadowRoot: { getHostNode(): GeneralComponent };
  /** Puts a handler on an element. */
  v(
    element: Element,
    event: string,
    handler: unknown,
    final: boolean,
    mutated: boolean,
    capture: boolean,
    isDynamic: boolean,
  ): void;
  /** Sets `style`. */
  y(element: Element, style: unknown): void;
  /** Has a view script's function observe an attribute (`change:name`). */
  p(element: Element, name: string, observer: Observer<ViewInstance>, path: unknown): void;
  /** Gets the view scripts' functions that observe attributes (`change:name`). */
  changePropFilter: (listener: Observer<ViewInstance>) => Observer<Element>;
}
type Listener = (event: ShadowedEvent<unknown>) => void | boolean;
type Observer<Instance> = (value: unknown, old: unknown, owner: Instance, instance: Instance) => void;

export class Templates {
  readonly #groups = new Map<string, Groups>();
  readonly #loading = new Map<string, Promise<void>>();
  /** Templates whose last text is broken. */
  readonly #broken = new Set<string>();
  readonly #unhandled: (component: string, handler: string, event: string) => void;

  /** `unhandled` is told of an event whose handler the component does not have. */
  constructor(unhandled: (component: string, handler: string, event: string) => void) {
    this.#unhandled = unhandled;
    globalThis.__template = (name, groups, broken = false) => {
      if (broken) this.#broken.add(name);
      else this.#broken.delete(name);
      // What could be shown last is better than to show what is wrong, which the phone says anyway.
      if (!broken || !this.#groups.has(name)) this.#groups.set(name, groups as Groups);
    };
  }

  isBroken(name: string): boolean {
    return this.#broken.has(name);
  }

  load(name: string, version?: number): Promise<void> {
    if (version !== undefined) this.#loading.delete(name);
    const known = this.#loading.get(name);
    if (known) return known;
    const query = version === undefined ? "" : `?v=${version}`;
    const loading = loadScript(`${SITE}app/template/${encodePath(name)}.js${query}`);
    this.#loading.set(name, loading);
    return loading;
  }

  /** The template for glass-easel; an empty one where there is none. */
  get(name: string): Template {
    const groups = this.#groups.get(name);
    const group = groups?.[name];
    const part = groups && group ? group : EMPTY;
    return {
      groupList: (groups ?? {}) as unknown as NonNullable<Template["groupList"]>,
      content: ((name: string) =>
        name === "" ? this.#main(part("")) : part(name)) as unknown as Template["content"],
    };
  }

  #main(generate: ProcGen): ProcGen {
    return (wrapper, isCreation, data, updates) => {
      if (isCreation) {
        this.#adapt(wrapper);
        const host = wrapper.shadowRoot.getHostNode();
        // A component that has a view gets another template.
        if (!hasView(host)) host.triggerLifetime(CREATED, []);
      }
      return generate(wrapper, isCreation, data, updates);
    };
  }

  #adapt(wrapper: Wrapper): void {
    const setStyle = wrapper.y;
    wrapper.y = (element, style) => {
      setStyle(
        element,
        typeof style === "string" ? inlineStyle(style, wrapper.shadowRoot.getHostNode().is) : style,
      );
    };
    const observe = wrapper.p;
    wrapper.p = (element, name, observer, path) => {
      const seen: Observer<Element> = (value, old, owner, observed) =>
        observer(value, old, ownerInstance(owner), ownerInstance(observed));
      observe(element, name, seen as never, path);
    };
    // Of handlers that are chosen by data, the one that listens now. Few templates have any.
    let dynamic: WeakMap<Element, Map<string, Listener>> | undefined;
    wrapper.v = (element, event, handler, final, mutated, capture, isDynamic) => {
      const options = { final, mutated, capture };
      const host = wrapper.shadowRoot.getHostNode();
      const listener: Listener = (raised) => {
        const answer = this.#call(host, raised, handler);
        // Some components ask; to others `false` would mean to stop the event.
        return raised.listenerReturnHandler() ? (answer as boolean) : undefined;
      };
      if (isDynamic) {
        dynamic ??= new WeakMap();
        const known = dynamic.get(element) ?? new Map<string, Listener>();
        const key = `${event} ${capture}`;
        const old = known.get(key);
        if (old) element.removeListener(event, old, options);
        known.set(key, listener);
        dynamic.set(element, known);
      }
      // `catchtouchmove=""` has no handler, and stops the event all the same.
      if (handler || final) element.addListener(event, listener, options);
    };
  }

  #call(host: GeneralComponent, raised: ShadowedEvent<unknown>, handler: unknown): unknown {
    const caller = host.getMethodCaller() as unknown as Record<string, unknown>;
    const method = typeof handler === "function" ? handler : handler ? caller[String(handler)] : undefined;
    if (typeof method !== "function") {
      if (handler) this.#unhandled(host.is, String(handler), raised.getEventName());
      return undefined;
    }
    handled.add(raised.getEventName());
    try {
      const event = platformEvent(raised);
      if (typeof handler !== "function") return method.call(caller, event);
      // A view script's function.
      event.instance = ownerInstance(elementOf(raised.currentTarget));
      return method.call(caller, event, ownerInstance(host));
    } catch (error) {
      // Through glass-easel, which tells the component's `error` first.
      dispatchError(error, `${String(handler)} of ${raised.type}`, host);
      return undefined;
    }
  }
}

/** Events that a page's code handled since it was last cleared: a handled `longpress` is no tap. */
export const handled = new Set<string>();

const EMPTY = (): ProcGen => () => ({ C: () => {}, B: {} });

declare global {
  var __template: (name: string, groups: unknown, broken?: boolean) => void;
}
