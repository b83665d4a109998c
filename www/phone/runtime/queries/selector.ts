/**
 * `createSelectorQuery`: asks where nodes are and what they hold. Everything is read together when
 * `exec` is called, and told afterwards, each to its own callback and all to that of `exec`.
 */
import { Component, type Element, type GeneralComponent } from "glass-easel";
import type { QueryHooks } from "../../components";
import { nodeOf } from "../node";
import { NO_REFERRER } from "../../inline-style";
import { pageWindow } from "./window";

export interface Fields {
  id?: boolean;
  dataset?: boolean;
  mark?: boolean;
  rect?: boolean;
  size?: boolean;
  scrollOffset?: boolean;
  properties?: string[];
  computedStyle?: string[];
  context?: boolean;
  node?: boolean;
}
type Result = Record<string, unknown>;
type Callback = (result: never) => void;
interface Question {
  root: GeneralComponent | undefined;
  /** Null for the page's window. */
  selector: string | null;
  all: boolean;
  fields: Fields;
  callback: Callback | undefined;
}

export class SelectorQuery {
  #root: GeneralComponent | undefined;
  readonly #questions: Question[] = [];

  /** `root` is the page or component in whose template to look. */
  constructor(root: GeneralComponent | undefined) {
    this.#root = root;
  }

  /** `instance` may be what a framework has in place of a page or component. */
  in(instance: unknown): this {
    this.#root = nodeOf(instance) ?? this.#root;
    return this;
  }

  select(selector: string): NodesRef {
    return this.#ref(String(selector), false);
  }

  selectAll(selector: string): NodesRef {
    return this.#ref(String(selector), true);
  }

  selectViewport(): NodesRef {
    return this.#ref(null, false);
  }

  exec(callback?: (results: unknown[]) => void): this {
    const questions = this.#questions.splice(0);
    // In a task of its own, as from another process: what was set before is shown by then.
    setTimeout(() => {
      const results = questions.map((question) => answer(question));
      questions.forEach((question, i) => question.callback?.(results[i] as never));
      callback?.(results);
    });
    return this;
  }

  #ref(selector: string | null, all: boolean): NodesRef {
    const root = this.#root;
    return new NodesRef(this, (fields, callback) => {
      this.#questions.push({ root, selector, all, fields, callback });
    });
  }
}

/** The nodes that were selected, and what can be asked of them. */
export class NodesRef {
  readonly #query: SelectorQuery;
  readonly #ask: (fields: Fields, callback: Callback | undefined) => void;

  constructor(query: SelectorQuery, ask: (fields: Fields, callback: Callback | undefined) => void) {
    this.#query = query;
    this.#ask = ask;
  }

  fields(fields: Fields, callback?: Callback): SelectorQuery {
    this.#ask({ ...fields }, callback);
    return this.#query;
  }
  boundingClientRect(callback?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, rect: true, size: true }, callback);
  }
  scrollOffset(callback?: Callback): SelectorQuery {
    return this.fields({ id: true, dataset: true, scrollOffset: true }, callback);
  }
  context(callback?: Callback): SelectorQuery {
    return this.fields({ context: true }, callback);
  }
  node(callback?: Callback): SelectorQuery {
    return this.fields({ node: true }, callback);
  }
}

function answer({ root, selector, all, fields }: Question): unknown {
  if (selector === null) return windowAnswer(root, fields);
  const tree = root?.getShadowRoot();
  if (all) return (tree?.querySelectorAll(selector) ?? []).map((element) => read(element, fields));
  const element = tree?.querySelector(selector);
  return element ? read(element, fields) : null;
}

function windowAnswer(root: GeneralComponent | undefined, fields: Fields): Result {
  const place = pageWindow(root);
  const { width = 0, height = 0 } = place?.rect ?? {};
  const result: Result = {};
  if (fields.id) result.id = "";
  if (fields.dataset) result.dataset = {};
  if (fields.rect) Object.assign(result, { left: 0, top: 0, right: width, bottom: height });
  if (fields.size) Object.assign(result, { width, height });
  if (fields.scrollOffset) Object.assign(result, offsets(place?.scroller));
  return result;
}

function read(element: Element, fields: Fields): Result {
  const dom = domOf(element);
  const hooks = (dom as { query?: QueryHooks } | undefined)?.query;
  const result: Result = {};
  if (fields.id) result.id = element.id;
  if (fields.dataset) result.dataset = { ...element.dataset };
  if (fields.mark) result.mark = element.collectMarks();
  if (fields.rect || fields.size) {
    const rect = relativeRect(element);
    const { left, top, right, bottom, width, height } = rect;
    if (fields.rect) Object.assign(result, { left, top, right, bottom });
    if (fields.size) Object.assign(result, { width, height });
  }
  if (fields.scrollOffset) Object.assign(result, offsets(hooks?.scroller ?? dom));
  if (fields.properties) {
    const data = Component.isComponent(element) ? (element.data as Result) : undefined;
    for (const name of fields.properties) result[name] = data ? data[name] : dom?.getAttribute(name);
  }
  if (fields.computedStyle && dom) {
    const style = getComputedStyle(dom);
    for (const name of fields.computedStyle) {
      const value = style.getPropertyValue(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`));
      result[name] = value.replaceAll(NO_REFERRER, "");
    }
  }
  if (fields.context) result.context = hooks?.context;
  if (fields.node) result.node = hooks?.node;
  return result;
}

/** An element's box, seen from the upper left of the page's window. */
export function relativeRect(element: Element): Omit<DOMRect, "x" | "y" | "toJSON"> {
  const rect = domOf(element)?.getBoundingClientRect() ?? new DOMRect();
  const origin = pageWindow(element)?.rect ?? new DOMRect();
  const left = rect.left - origin.left;
  const top = rect.top - origin.top;
  return {
    left,
    top,
    right: left + rect.width,
    bottom: top + rect.height,
    width: rect.width,
    height: rect.height,
  };
}

/** The element in the document; of a component without one (`virtualHost`) the first of its template. */
export function domOf(element: Element): HTMLElement | undefined {
  const own = element.$$ as unknown as HTMLElement | null;
  if (own) return own;
  const children = Component.isComponent(element) ? element.getShadowRoot()?.childNodes : element.childNodes;
  for (const child of children ?? []) {
    const found = child.asElement() && domOf(child as Element);
    if (found) return found;
  }
  return undefined;
}

function offsets(dom: HTMLElement | undefined): Result {
  const { scrollLeft = 0, scrollTop = 0, scrollWidth = 0, scrollHeight = 0 } = dom ?? {};
  return { scrollLeft, scrollTop, scrollWidth, scrollHeight };
}
