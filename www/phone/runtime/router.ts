/**
 * The page stack and its five navigations, one after the other: what is asked for while one is under
 * way waits. The order of lifecycle calls is the platform's.
 */
import type { Manifest, WindowJson } from "../../shared/project";
import type { PageInstance, Router as RouterOfPhone, TabBarChange } from "../phone";
import { move } from "./html";
import { Page, type PageHost } from "./page";
import { lastly } from "../promise";
import { parseRoute, RouteError, type Route } from "./route";
import type { Screen } from "./screen";
import { renderViews } from "./views";

/** Pages that the stack may have. */
const DEEPEST = 10;
/** Times that one page is opened without a pause, after which it is a loop of pages that open each other. */
const ROUNDS = 50;
/** A pause, in milliseconds. */
const PAUSE = 50;
/** How long a page takes to come in, in milliseconds. */
const SLIDE = 240;

export interface RouterHost extends PageHost {
  manifest(): Manifest;
  /** Calls `ready` of components that came into the tree. */
  flushReady(): void;
  /** The stack changed. */
  routed(): void;
  /** Whether the app is in the foreground: only then are pages shown. */
  foreground(): boolean;
  /** Whether the phone is in a call. */
  inRoom(): boolean;
  /** Pages open each other without end; this navigation was refused. */
  endless(message: string): void;
}

export class Router implements RouterOfPhone {
  readonly #host: RouterHost;
  readonly #screen: Screen;
  #stack: Page[] = [];
  /** Pages of tabs that were opened, also those below other tabs. */
  readonly #tabs = new Map<string, Page>();
  /** What is under way; the next waits for it. */
  #busy: Promise<unknown> = Promise.resolve();
  /** How often each page was opened since the last pause. */
  readonly #rounds = new Map<string, number>();
  /** What goes wrong now belongs to the page that comes: its code is loaded, or a page makes room for it. */
  #coming = false;
  #pending = 0;
  #pause = 0;

  constructor(host: RouterHost, screen: Screen) {
    this.#host = host;
    this.#screen = screen;
  }

  get top(): Page | undefined {
    return this.#stack.at(-1);
  }

  /** The page that an error of now belongs to, if it is there yet. */
  get current(): Page | undefined {
    return this.#coming ? undefined : this.top;
  }

  /** Bottom first. */
  get pages(): readonly Page[] {
    return this.#stack;
  }

  /** Also the pages of tabs that are not in the stack. */
  get alive(): Page[] {
    return [...new Set([...this.#stack, ...this.#tabs.values()])];
  }

  stack(): PageInstance[] {
    return this.#stack.map((page) => page.instance);
  }

  navigateTo(url: string): Promise<void> {
    return this.#to(url, async () => {
      const route = this.#route(url);
      this.#refuseTab(route);
      if (this.#stack.length >= DEEPEST) throw new RouteError("page stack overflow", 21500);
      await this.#load(route);
      const below = this.top;
      const page = this.#make(route, this.#stack.length);
      below?.hide();
      this.#stack.push(page);
      this.#open(page);
      void this.#slide(page, below);
    });
  }

  redirectTo(url: string): Promise<void> {
    return this.#to(url, async () => {
      const route = this.#route(url);
      this.#refuseTab(route);
      await this.#load(route);
      const page = this.#make(route, this.#stack.length - 1);
      const old = this.#stack.pop();
      if (old) this.#unload(old);
      this.#stack.push(page);
      this.#open(page);
      old?.remove();
      this.#settle();
    });
  }

  reLaunch(url: string): Promise<void> {
    return this.#to(url, async () => {
      const route = this.#route(url);
      await this.#load(route);
      this.#relaunch(route);
    });
  }

  switchTab(url: string): Promise<void> {
    return this.#to(url, async () => {
      const route = this.#route(url);
      if (!this.isTab(route.name)) throw new RouteError("can not switch to no-tabBar page", 21500);
      route.query = {};
      if (this.top?.route.name === route.name) return;
      await this.#load(route);
      const known = this.#tabs.get(route.name);
      const leaving = this.#stack.toReversed();
      for (const page of leaving) {
        if (page.isTab) page.hide();
        else this.#unload(page);
      }
      const page = known ?? this.#make(route, 0);
      this.#stack = [page];
      this.#open(page);
      for (const old of leaving) {
        if (!old.isTab) old.remove();
      }
      this.#settle();
    });
  }

  navigateBack(delta: number): Promise<void> {
    return this.#next(async () => {
      // A sheet that lies over the page goes first.
      if (this.top?.element.dispatchEvent(new Event("back", { cancelable: true })) === false) return;
      const count = Math.min(Math.max(1, Math.trunc(delta)), this.#stack.length - 1);
      if (count < 1) throw new RouteError("cannot navigate back at first page", 21500);
      const leaving = this.#stack.splice(-count).reverse();
      const uppermost = leaving[0];
      for (const page of leaving) this.#unload(page);
      for (const page of leaving.slice(1)) page.remove();
      const page = this.top;
      if (page) this.#open(page);
      if (uppermost) void this.#slideOut(uppermost);
    });
  }

  /**
   * Builds the first stack: one page, or those from before a restart, of which all but the last are
   * hidden again. It waits for `launched`; what the app asks for in `onLaunch` comes after it.
   */
  first(routes: Route[], launched: Promise<void>): Promise<void> {
    return this.#next(async () => {
      await launched;
      for (const route of routes) {
        await this.#load(route);
        const below = this.top;
        const page = this.#make(route, this.#stack.length);
        below?.hide();
        this.#stack.push(page);
        this.#open(page);
      }
      this.#settle();
    });
  }

  /** Makes a page anew whose code changed, with its data and its place in the stack. */
  async replace(old: Page): Promise<void> {
    await this.#next(async () => {
      await this.#load(old.route);
      const index = this.#stack.indexOf(old);
      const { scrollTop } = old.scroller;
      const wasInRoom = this.#host.inRoom();
      const data = structuredCloneOrNothing(old.changedData);
      this.#unload(old);
      // Its call ended with it: the data would say what is so no more.
      const leftRoom = wasInRoom && !this.#host.inRoom();
      const page = this.#make(old.route, index);
      if (index >= 0) this.#stack[index] = page;
      const isTop = page === this.top;
      if (isTop) this.#open(page);
      else {
        page.load(this.#screen.pages);
        if (page.isTab) this.#tabs.set(page.route.name, page);
      }
      old.element.before(page.element);
      old.remove();
      if (data && !leftRoom) page.instance.setData(data);
      renderViews();
      page.scroller.scrollTop = scrollTop;
      this.#settle();
    });
  }

  /** Nothing is under way any more. */
  async idle(): Promise<void> {
    await this.#busy;
  }

  isTab(name: string): boolean {
    return this.#screen.tabBar?.has(name) === true;
  }

  setNavigationBar(change: {
    title?: string;
    frontColor?: string;
    backgroundColor?: string;
    loading?: boolean;
    home?: boolean;
  }): void {
    const page = this.top;
    if (!page) throw new RouteError("top view is null", 21301);
    const { title, frontColor, backgroundColor, loading, home } = change;
    page.bar.change({
      ...(title === undefined ? {} : { title }),
      ...(frontColor === undefined ? {} : { front: frontColor }),
      ...(backgroundColor === undefined ? {} : { background: backgroundColor }),
      ...(loading === undefined ? {} : { loading }),
      ...(home === false && page.bar.look.left === "home" ? { left: null } : {}),
    });
    this.#screen.update(page);
  }

  setTabBar(change: TabBarChange): void {
    const { tabBar } = this.#screen;
    if (!tabBar) throw new RouteError("not TabBar page", 21500);
    // Before the first page it is for the page that comes.
    if ((change.kind === "show" || change.kind === "hide") && this.top?.isTab === false)
      throw new RouteError("not TabBar page", 21500);
    if ("index" in change && !tabBar.tabs[change.index]) throw new RouteError("tabbar item not found", 21500);
    tabBar.change(change);
    this.#screen.update(this.top);
  }

  startPullDownRefresh(): void {
    this.top?.pullDown.open();
  }

  stopPullDownRefresh(): void {
    this.top?.pullDown.close();
  }

  async pageScrollTo({
    scrollTop,
    selector,
    duration,
  }: {
    scrollTop?: number;
    selector?: string;
    duration: number;
  }): Promise<void> {
    const page = this.top;
    if (!page) throw new RouteError("top view is null", 21301);
    let target = scrollTop;
    renderViews();
    if (selector !== undefined) {
      const element = page.root.getShadowRoot()?.querySelector(selector)?.$$ as
        | HTMLElement
        | null
        | undefined;
      if (!element) throw new RouteError(`no element matches "${selector}"`, 20000);
      const offset = element.getBoundingClientRect().top - page.scroller.getBoundingClientRect().top;
      target = page.scroller.scrollTop + offset + (scrollTop ?? 0);
    }
    await scrollTo(page.scroller, target ?? 0, duration);
  }

  /** The app leaves or enters the foreground. */
  setForeground(foreground: boolean): void {
    if (foreground) this.top?.show();
    else this.top?.hide();
  }

  /** A navigation to a page, unless it is one too many of pages that open each other. */
  #to(url: string, navigation: () => Promise<void>): Promise<void> {
    const { name } = parseRoute(url, this.#host.manifest().pages, this.top?.route.name);
    const rounds = (this.#rounds.get(name) ?? 0) + 1;
    this.#rounds.set(name, rounds);
    if (rounds <= ROUNDS) return this.#next(navigation);
    const message = `the page "${name}" is opened again and again: ${ROUNDS} times without a pause`;
    this.#host.endless(message);
    // Later, so that a page that tries again at once cannot stop the phone.
    return this.#next(
      () => new Promise((_, fail) => setTimeout(() => fail(new RouteError(message, 21500)), PAUSE)),
    );
  }

  #next(navigation: () => Promise<void>): Promise<void> {
    this.#pending += 1;
    clearTimeout(this.#pause);
    const result = lastly(this.#busy.then(navigation), () => {
      this.#pending -= 1;
      if (this.#pending === 0) this.#pause = window.setTimeout(() => this.#rounds.clear(), PAUSE);
    });
    this.#busy = result.catch(() => {});
    return result;
  }

  #route(url: string): Route {
    const route = parseRoute(url, this.#host.manifest().pages, this.top?.route.name);
    if (!this.#host.manifest().pages.includes(route.name)) {
      throw new RouteError(`url "${route.name}" is not in app.json`, 21500);
    }
    return route;
  }

  #refuseTab(route: Route): void {
    if (this.isTab(route.name)) throw new RouteError("can not navigate to a tabBar page", 21500);
  }

  async #load(route: Route): Promise<void> {
    this.#coming = true;
    try {
      await this.#host.definitions.load(route.name);
      await this.#host.definitions.define(route.name);
    } finally {
      this.#coming = false;
    }
  }

  #relaunch(route: Route): void {
    const leaving = [...new Set([...this.#stack.toReversed(), ...this.#tabs.values()])];
    const page = this.#make(route, 0);
    for (const old of leaving) this.#unload(old);
    this.#tabs.clear();
    this.#stack = [page];
    this.#open(page);
    for (const old of leaving) old.remove();
    this.#settle();
  }

  #make(route: Route, index: number): Page {
    const { pages, components, app } = this.#host.manifest();
    const isTab = this.isTab(route.name);
    const entry = String(app.entryPagePath ?? pages[0] ?? "").replace(/^\//, "");
    const left = index > 0 ? "back" : isTab || route.name === entry ? null : "home";
    const json: WindowJson = { ...app.window, ...components[route.name]?.json };
    return new Page(this.#host, route, json, { isTab, left });
  }

  /** Shows a page that is on top of the stack, and loads it if it is new. */
  #open(page: Page): void {
    const isNew = !page.element.isConnected;
    if (page.isTab) this.#tabs.set(page.route.name, page);
    if (isNew) {
      this.#screen.place(page);
      page.load(this.#screen.pages);
    }
    this.#screen.update(page);
    cover(page, false);
    if (this.#host.foreground()) page.show();
    renderViews();
    this.#host.flushReady();
    if (isNew) page.ready();
    this.#host.routed();
  }

  #unload(page: Page): void {
    this.#coming = true;
    page.unload();
    this.#coming = false;
    if (this.#tabs.get(page.route.name) === page) this.#tabs.delete(page.route.name);
  }

  async #slide(page: Page, below: Page | undefined): Promise<void> {
    if (below) below.element.inert = true;
    await move(page.element, [{ transform: "translateX(100%)" }, { transform: "none" }], SLIDE);
    this.#settle();
  }

  async #slideOut(page: Page): Promise<void> {
    page.element.inert = true;
    this.#screen.pages.append(page.element);
    await move(page.element, [{ transform: "none" }, { transform: "translateX(100%)" }], SLIDE);
    page.remove();
    this.#settle();
  }

  /** What is not on top is out of sight and out of reach. */
  #settle(): void {
    for (const page of this.alive) cover(page, page !== this.top);
  }
}

function cover(page: Page, covered: boolean): void {
  page.element.inert = covered;
  page.element.toggleAttribute("data-covered", covered);
}

/** Scrolls in so many milliseconds. */
async function scrollTo(scroller: HTMLElement, target: number, duration: number): Promise<void> {
  const from = scroller.scrollTop;
  const to = Math.min(Math.max(0, target), scroller.scrollHeight - scroller.clientHeight);
  if (duration > 0 && !document.hidden && from !== to) {
    const start = performance.now();
    await new Promise<void>((done) => {
      const step = (): void => {
        const part = Math.min(1, (performance.now() - start) / duration);
        scroller.scrollTop = from + (to - from) * (1 - (1 - part) ** 3);
        if (part < 1) requestAnimationFrame(step);
        else done();
      };
      requestAnimationFrame(step);
    });
  }
  scroller.scrollTop = to;
}

/** A copy of a page's data that outlives it; functions and such do not. */
function structuredCloneOrNothing(data: Record<string, unknown>): Record<string, unknown> | undefined {
  try {
    return structuredClone(data);
  } catch {
    return undefined;
  }
}
