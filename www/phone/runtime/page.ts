/**
 * A page of the stack: its place in the document, its instance, and the calls of its lifecycle in
 * the platform's order. Each happens at most once where the platform says once, and a page whose
 * code throws in any of them goes on.
 */
import {
  Component,
  CurrentWindowBackendContext,
  dispatchError,
  Element,
  type ComponentSpace,
  type GeneralComponent,
} from "glass-easel";
import type { WindowJson } from "../../shared/project";
import type { Metrics, PageInstance } from "../phone";
import { NavigationBar } from "./bars";
import type { Definitions } from "./definitions";
import { PullDown } from "./pull-down";
import type { Route } from "./route";
import { renderViews } from "./views";
import { SHARED } from "./styles";

/** What a page needs of the phone. */
export interface PageHost {
  readonly space: ComponentSpace;
  readonly definitions: Definitions;
  readonly labels: { back: string; home: string };
  /** The button on the left of the navigation bar. */
  left(kind: "back" | "home"): void;
  /** What its code sets from now on is not shown any more. */
  leaves(root: GeneralComponent): void;
}

/** Where a page stands in the stack when it is made. */
export interface PagePlace {
  isTab: boolean;
  left: "back" | "home" | null;
}

/** The document. Fingers are followed by `gestures.ts`, for all elements together. */
class Backend extends CurrentWindowBackendContext {
  override setListenerStats(): void {}

  /** Called for each element of a template: `tt-in` says whose styles reach it (`crates/miniprogram/src/ttss`). */
  override associateValue(element: never, node: Element): void {
    super.associateValue(element, node);
    const owner = node.ownerShadowRoot?.getHostNode() ?? (node as GeneralComponent);
    const { styleScope, extraStyleScope } = owner.getComponentOptions();
    const { styleScopeManager } = owner.getOwnerSpace();
    const own = styleScopeManager.queryName(styleScope ?? 0) || SHARED;
    const shares = typeof extraStyleScope === "number" && own !== SHARED;
    (element as unknown as globalThis.Element).setAttribute("tt-in", shares ? `${own} ${SHARED}` : own);
  }
}
const backend = new Backend();

export class Page {
  readonly route: Route;
  readonly isTab: boolean;
  readonly element: HTMLElement;
  readonly scroller: HTMLElement;
  readonly window: HTMLElement;
  readonly json: WindowJson;
  readonly bar: NavigationBar;
  readonly pullDown: PullDown;
  readonly root: GeneralComponent;
  readonly instance: PageInstance;
  shown = false;
  #ready = false;
  #unloaded = false;
  #atBottom = false;
  readonly #host: PageHost;
  /** Its data as the script has it, by key. */
  readonly #initial: Readonly<Record<string, string | undefined>>;

  /** Makes the page of a loaded definition; nothing of its code but `created` has run. */
  constructor(host: PageHost, route: Route, json: WindowJson, place: PagePlace) {
    this.#host = host;
    this.route = route;
    this.json = json;
    this.isTab = place.isTab;
    this.element = document.createElement("phone-page");
    this.element.dataset.page = route.name;
    this.window = document.createElement("phone-window");
    this.scroller = document.createElement("phone-scroll");
    this.bar = new NavigationBar(
      {
        title: String(json.navigationBarTitleText ?? ""),
        front: json.navigationBarTextStyle === "black" ? "#000000" : "#ffffff",
        background: String(json.navigationBarBackgroundColor ?? "#000000"),
        loading: false,
        left: place.left,
      },
      host.labels,
      (kind) => host.left(kind),
    );
    this.element.style.background = String(json.backgroundColor ?? "#ffffff");
    if (this.customBar) this.bar.element.hidden = true;
    if (this.barOverlays) this.element.dataset.overlay = "";
    if (json.disableScroll === true) this.scroller.dataset.fixed = "";
    this.pullDown = new PullDown(this.scroller, json.backgroundTextStyle === "light", () =>
      this.call("onPullDownRefresh"),
    );
    this.window.append(this.pullDown.element, this.scroller);
    this.element.append(this.bar.element, this.window);

    this.root = Component.createWithContext("tt-page", this.#definition(), backend, (page) =>
      this.#takeQuery(page),
    ) as unknown as GeneralComponent;
    this.instance = this.root.getMethodCaller() as unknown as PageInstance;
    this.instance.route = route.name;
    this.instance.options = { ...route.query };
    this.#initial = Object.fromEntries(
      Object.entries(this.instance.data).map(([key, value]) => [key, written(value)]),
    );
    this.scroller.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    if (this.barOverlays) this.#fade();
  }

  /** What of its data is not as the script has it any more: what a page that is made anew takes over. */
  get changedData(): Record<string, unknown> {
    const changed = Object.entries(this.instance.data).filter(([key, value]) => {
      const now = written(value);
      return now === undefined || now !== this.#initial[key];
    });
    return Object.fromEntries(changed);
  }

  get customBar(): boolean {
    return this.json.navigationStyle === "custom";
  }

  /** Whether the page begins at the top of the screen, below the bar. */
  get barOverlays(): boolean {
    return (
      !this.customBar && (this.json.transparentTitle === "always" || this.json.transparentTitle === "auto")
    );
  }

  /** Puts it into the document, beneath `parent`, and calls `attached` and `onLoad`. */
  load(parent: HTMLElement): void {
    parent.append(this.element);
    const placeholder = document.createElement("div");
    this.scroller.append(placeholder);
    Element.replaceDocumentElement(this.root, this.scroller as never, placeholder as never);
    this.call("onLoad", this.instance.options);
  }

  /** It comes to the top, or the app to the foreground. */
  show(): void {
    if (this.shown || this.#unloaded) return;
    this.shown = true;
    this.#host.definitions.shown(this.route.name);
    this.call("onShow");
    this.root.triggerPageLifetime("show", []);
  }

  /** After the first `show`: everything can be measured. */
  ready(): void {
    if (this.#ready || this.#unloaded) return;
    this.#ready = true;
    this.call("onReady");
  }

  hide(): void {
    if (!this.shown || this.#unloaded) return;
    this.shown = false;
    this.call("onHide");
    this.root.triggerPageLifetime("hide", []);
  }

  unload(): void {
    if (this.#unloaded) return;
    this.#unloaded = true;
    this.shown = false;
    renderViews();
    this.#host.leaves(this.root);
    this.call("onUnload");
    Element.pretendDetached(this.root);
  }

  /** Takes it out of the document. */
  remove(): void {
    this.element.remove();
    this.root.destroyBackendElement();
  }

  resize({ windowWidth, windowHeight }: Metrics): void {
    const size = { windowWidth, windowHeight };
    this.call("onResize", { size, ...size });
    this.root.triggerPageLifetime("resize", [size]);
  }

  has(method: string): boolean {
    return typeof this.instance[method] === "function";
  }

  /** Calls a method of the page's code, if it has it. */
  call(method: string, ...args: unknown[]): unknown {
    const found = this.instance[method];
    if (typeof found !== "function") return undefined;
    try {
      const result: unknown = found.apply(this.instance, args);
      return result;
    } catch (error) {
      dispatchError(error, method, this.root);
      return undefined;
    }
  }

  #definition(): never {
    return this.#host.space.getComponentByUrl(`/${this.route.name}`, "") as never;
  }

  /** A page made with `Component()` finds the query in the properties it declares. */
  #takeQuery(page: unknown): void {
    const proxy = Component.getDataProxy(page as GeneralComponent);
    let changed = false;
    for (const [name, value] of Object.entries(this.route.query)) {
      const type = this.#host.definitions.propertyType(this.route.name, name);
      if (type === undefined) continue;
      proxy.replaceProperty(
        name,
        type === Number ? Number(value) : type === Boolean ? value !== "false" && value !== "" : value,
      );
      changed = true;
    }
    if (changed) proxy.applyDataUpdates();
  }

  #scrolled(): void {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (this.barOverlays) this.#fade();
    if (this.has("onPageScroll")) this.call("onPageScroll", { scrollTop });
    const distance = Number(this.json.onReachBottomDistance ?? 50);
    const atBottom = scrollHeight - clientHeight - scrollTop <= distance;
    if (atBottom && !this.#atBottom && scrollTop > 0) this.call("onReachBottom");
    this.#atBottom = atBottom;
  }

  #fade(): void {
    const { transparentTitle } = this.json;
    this.bar.fade(transparentTitle === "auto" ? Math.min(1, this.scroller.scrollTop / 100) : 0);
  }
}

/** A value as JSON, if it can be written so. */
function written(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
