/**
 * The phone: holds its parts together, and is the `Phone` that components, `tt` and the call are
 * given. It starts the mini-program and follows the user's settings.
 */
import { ComponentSpace, type Element, type GeneralComponent } from "glass-easel";
import type { DeepPartial, PhoneRecord, PhoneSettings } from "../../shared/bridge";
import { encodePath, joinPath } from "../../shared/paths";
import type { Manifest } from "../../shared/project";
import { hasServer } from "../../shared/secret";
import { SITE } from "../../shared/site";
import { registerComponents, type BuiltIns } from "../components";
import { setUrl } from "../inline-style";
import type {
  CallControl,
  DistributiveOmit,
  LaunchOptions,
  Metrics,
  PageInstance,
  Parts,
  Phone,
  PhoneEvents,
  Store,
} from "../phone";
import { App } from "./app";
import { browserConsole, projectConsole, snapshot } from "./console";
import { Definitions } from "./definitions";
import { Emitter } from "./emitter";
import { Faults } from "./faults";
import { Gestures } from "./gestures";
import { createGlobals, localize } from "./globals";
import { Guard } from "./guard";
import { setHost } from "./instance";
import { Modules, type Scope } from "./modules";
import { menu, veil } from "./overlay";
import type { Page } from "./page";
import { Permissions } from "./permissions";
import { callerPosition, setModules } from "./positions";
import { createIntersectionObserver, createSelectorQuery } from "./queries";
import { setTopPage } from "./queries/window";
import { ReadyQueue } from "./ready";
import { keepStack, takeStack, type Kept } from "./reload";
import { parseRoute, type Route } from "./route";
import { Router } from "./router";
import { Screen } from "./screen";
import { applyChange } from "./settings";
import { defineSlotFallback } from "./slots";
import { Styles } from "./styles";
import { Templates } from "./templates";
import { text, type TextKey } from "./texts";
import { Turns } from "./turns";
import { renderViews, setViewHost } from "./views";

export class PhoneHost implements Phone {
  readonly settings: PhoneSettings;
  readonly store: Store;
  readonly router: Router;
  readonly builtIns: BuiltIns;
  readonly app: App;
  readonly noShare = new WeakSet<object>();
  beforeBack?: () => Promise<boolean>;
  readonly modules: Modules;
  readonly templates: Templates;
  readonly styles = new Styles();
  readonly definitions: Definitions;
  call: CallControl | undefined;
  tt: Record<string, unknown> = {};
  manifest: Manifest;
  readonly #tell: ((record: PhoneRecord) => void) | undefined;
  readonly #screen: Screen;
  readonly #events: Emitter<PhoneEvents>;
  readonly #faults: Faults;
  readonly #permissions = new Permissions(this);
  readonly #console = projectConsole((level, values, at, places) =>
    this.report({ kind: "console", level, values, at, ...(places.length > 0 ? { places } : {}) }),
  );
  readonly #globals = createGlobals(this.#console);
  readonly #ready = new ReadyQueue();
  readonly #gone = new WeakSet<Element>();
  #launch: LaunchOptions = { path: "", query: {}, scene: "", referrerInfo: {}, showFrom: 0 };
  #launched = false;
  #pagesTold = false;
  #veil: HTMLElement | undefined;
  #window = { windowWidth: 0, windowHeight: 0 };

  /** `tell` takes records to the desk, if there is one. */
  constructor(
    settings: PhoneSettings,
    manifest: Manifest,
    store: Store,
    tell: ((record: PhoneRecord) => void) | undefined,
  ) {
    this.settings = settings;
    this.manifest = manifest;
    this.store = store;
    this.#tell = tell;
    const failed = (error: unknown, what: string): void => this.failed(error, what);
    this.#events = new Emitter((error) => this.failed(error, "listener"));
    this.app = new App(failed);
    this.templates = new Templates((...event) => void this.#faults.unhandled(...event));
    this.#screen = new Screen(
      {
        settings: () => this.settings,
        url: (path) => this.url(path),
        labels: { more: this.text("more"), close: this.text("close") },
        press: (kind) => void (kind === "more" ? this.#more() : this.change({ foreground: false })),
        tab: (index) => void this.#tapTab(index),
      },
      manifest.app,
    );
    this.#faults = new Faults(this, this.app, () => this.router?.current);
    this.modules = new Modules(
      () => this.manifest,
      (path) => this.#scope(path),
    );

    const space = new ComponentSpace("tt://missing");
    space.defineComponent({ is: "tt://missing" });
    this.builtIns = registerComponents(this, space);
    defineSlotFallback(space);
    this.definitions = new Definitions(
      {
        space,
        modules: this.modules,
        templates: this.templates,
        styles: this.styles,
        manifest: () => this.manifest,
        failed,
        warn: (message, at) => this.#faults.warn(message, at),
        attached: (node) => {
          this.#gone.delete(node);
          this.#ready.add(node);
        },
        detached: (node) => {
          this.#gone.add(node);
        },
      },
      this.builtIns.behaviors,
    );
    this.router = new Router(
      {
        space,
        definitions: this.definitions,
        labels: { back: this.text("back"), home: this.text("home") },
        left: (kind) => {
          const going = kind === "back" ? this.back() : this.router.reLaunch(`/${this.entryPage}`);
          going.catch((error: unknown) => this.failed(error, "navigation bar"));
        },
        leaves: (root) => {
          this.#gone.add(root);
        },
        manifest: () => this.manifest,
        flushReady: () => this.#ready.flush(),
        routed: () => this.#routed(),
        foreground: () => this.settings.foreground,
        inRoom: () => this.call?.inRoom() === true,
        endless: (message) => this.#faults.problem("error", message, callerPosition()),
      },
      this.#screen,
    );
    localize(() => this.settings.language.replace("_", "-"));
    globalThis.__turns = new Turns().ask;
    globalThis.__console = this.#globals.console;
    // What the phone and the library say of the project's code, and what is typed on the desk.
    Object.assign(console, this.#console, {
      error: (...values: unknown[]) => {
        // The library names the callback that threw, and reports the error as uncaught: one line is enough.
        const isReported = String(values[0]).startsWith("tt-rtc: a callback of ");
        (isReported ? browserConsole : this.#console).error?.(...values);
      },
    });
    setModules((path) => this.modules.places(path));
    setUrl((path, file) => this.url(path, file));
    setTopPage(() => this.router.top?.root);
    const gone = (node: GeneralComponent): boolean => this.#gone.has(node);
    const takesFunctions = (node: GeneralComponent): boolean => this.definitions.takesFunctions(node.is);
    setViewHost({ changed: () => this.pagesChanged(), gone, takesFunctions });
    setHost({
      guard: new Guard((message) => this.#faults.problem("error", message, callerPosition())),
      gone,
      takesFunctions,
      failed,
      warn: (message) => this.#faults.warn(message),
    });
    this.#listen();
  }

  get screen(): HTMLElement {
    return this.#screen.element;
  }
  get layer(): HTMLElement {
    return this.#screen.layer;
  }
  /** The page that the app begins with. */
  get entryPage(): string {
    return String(this.manifest.app.entryPagePath ?? this.manifest.pages[0] ?? "").replace(/^\//, "");
  }

  /** Starts the mini-program at a page, or where it was before it was loaded anew. */
  async start(parts: Pick<Parts, "createTt" | "startCall">, path: string): Promise<void> {
    if (this.manifest.pages.length === 0) {
      // The stack stays kept: `app.json` may just be in the middle of being edited.
      this.#faults.showProblems(this.manifest.problems);
      this.#faults.problem("error", "app.json lists no pages", { file: "app.json", line: 1, column: 1 });
      return;
    }
    const asked = path === "" ? { name: this.entryPage, query: {} } : parseRoute(path, this.manifest.pages);
    const kept = takeStack(this.#stackName);
    const known = this.manifest.pages.includes(asked.name);
    const first = kept?.[0]?.route ?? (known ? asked : { name: this.entryPage, query: {} });
    // Loaded meanwhile: everything up to the first page.
    const loading = Promise.all([
      this.styles.load("app").then(() => this.styles.use("app", "app")),
      this.manifest.entry === null ? undefined : this.modules.load([this.manifest.entry]),
      this.definitions.load(first.name),
    ]);
    this.tt = parts.createTt(this);
    this.tt.createSelectorQuery ??= createSelectorQuery;
    this.tt.createIntersectionObserver ??= createIntersectionObserver;
    Object.assign(globalThis, {
      tt: this.tt,
      getApp: (options?: { allowDefault?: boolean }) => this.app.get(options),
      getCurrentPages: () => this.router.stack(),
    });
    this.call = await parts.startCall(this, this.tt);
    await loading;

    this.#faults.showProblems(this.manifest.problems);
    // Before any code of the app: `tt.getLaunchOptionsSync` answers from it from the first line on.
    this.#launch = { path: asked.name, query: asked.query, scene: "990001", referrerInfo: {}, showFrom: 0 };
    this.emit("launch", { ...this.#launch });
    let ran = false;
    if (this.manifest.entry !== null) {
      try {
        this.modules.run(this.manifest.entry);
        ran = true;
      } catch (error) {
        this.failed(error, "app");
      }
    }
    if (!this.app.settle() && ran) {
      this.#faults.warn(`${this.manifest.entry} does not call App()`, {
        file: String(this.manifest.entry),
        line: 1,
        column: 1,
      });
    }
    let launched = (): void => {};
    const gate = new Promise<void>((done) => {
      launched = done;
    });
    const stack = (kept ?? []).filter(({ route }) => this.manifest.pages.includes(route.name));
    const routes = stack.length > 0 ? stack.map(({ route }) => route) : known ? [asked] : [];
    const opening = this.router.first(routes, gate);
    this.app.launch({ ...this.#launch });
    this.emit("launched", { ...this.#launch });
    if (this.settings.foreground) this.#show();
    else this.#followForeground();
    this.#launched = true;
    launched();
    await opening;
    this.#restore(stack);
    if (routes.length === 0) await this.#notFound(asked);
  }

  change(change: DeepPartial<PhoneSettings>): void {
    this.apply(change);
    this.report({ kind: "settings", change });
  }

  /** Takes a change that somebody else made. */
  apply(change: DeepPartial<PhoneSettings>): void {
    const { foreground } = this.settings;
    applyChange(this.settings, change);
    this.emit("settings", change);
    if (change.theme !== undefined) {
      this.#theme();
      this.emit("theme", { theme: this.settings.theme });
    }
    if (change.device || change.orientation) this.#resized();
    if (foreground !== this.settings.foreground) this.#followForeground();
  }

  report(record: DistributiveOmit<PhoneRecord, "time">): void {
    try {
      this.#tell?.({ time: Date.now(), ...record } as PhoneRecord);
    } catch (error) {
      browserConsole.error(error);
    }
  }

  on<K extends keyof PhoneEvents>(event: K, listener: (payload: PhoneEvents[K]) => void): () => void {
    return this.#events.on(event, listener);
  }
  emit<K extends keyof PhoneEvents>(event: K, payload: PhoneEvents[K]): void {
    this.#events.emit(event, payload);
  }

  authorize(scope: string): Promise<boolean> {
    return this.#permissions.authorize(scope);
  }

  metrics(): Metrics {
    return this.#screen.metrics();
  }

  url(path: string, file = ""): string {
    if (path.startsWith("ttfile:")) return this.store.files.url(path) ?? path;
    if (path.startsWith("//")) return `https:${path}`;
    if (path === "" || /^[a-z][a-z0-9+.-]*:/i.test(path)) return path;
    // The tab bar asks before there is a router.
    const from = path.startsWith("/") ? "" : file || (this.router.top?.route.name ?? this.entryPage);
    const at = joinPath(from, path);
    // The development server knows names with such characters; elsewhere `?` begins a query.
    return `${SITE}app/file/${encodePath(hasServer() ? at : (at.split(/[?#]/)[0] ?? ""))}`;
  }

  currentPage(): PageInstance | undefined {
    return this.router.top?.instance;
  }

  text(key: TextKey): string {
    return text(this.settings.language, key);
  }

  /** The user goes back, unless the page asks and the user stays. */
  async back(): Promise<void> {
    if ((await this.beforeBack?.()) !== false && this.router.pages.length > 1)
      await this.router.navigateBack(1);
  }

  /** Something that the page's code did went wrong. */
  failed(error: unknown, what: string): void {
    this.#faults.failed(error, what);
  }

  warn(message: string): void {
    this.#faults.warn(message);
  }

  /** The stack or a page's data changed; told at most so often that the desk keeps up. */
  pagesChanged(): void {
    if (this.#pagesTold) return;
    this.#pagesTold = true;
    setTimeout(() => {
      this.#pagesTold = false;
      this.#tellPages();
    }, 100);
  }

  #tellPages(): void {
    this.report({ kind: "pages", route: this.router.top?.route.name ?? "" });
  }

  /** Starts the mini-program anew, with nothing left of what ran. */
  restart(keep: boolean): void {
    // A call ends here, and what the data says of it would not be so any more.
    if (keep && this.router.pages.length > 0)
      keepStack(this.#stackName, this.router.pages, !this.call?.inRoom());
    this.emit("restart", undefined);
    this.call?.stop();
    location.reload();
  }

  /** The stack of another project on the same phone is not this one's. */
  get #stackName(): string {
    return `${this.manifest.project} ${this.settings.id}`;
  }

  /** The project was compiled anew: shows what is wrong with it now. */
  recompiled(): void {
    this.#faults.clear();
    this.#faults.showProblems(this.manifest.problems);
  }

  /** These files changed, or what they use did: what was said of them may hold no more. */
  recheck(files: ReadonlySet<string>): void {
    this.#faults.recheck(files);
  }

  #listen(): void {
    this.#faults.listen((name) => this.definitions.placeOf(name));
    window.addEventListener("resize", () => this.#resized());
    new Gestures(document.documentElement, {
      start: (target, y) => {
        const page = this.router.top;
        if (
          page?.json.enablePullDownRefresh === true &&
          page.scroller.scrollTop <= 0 &&
          contains(page, target)
        ) {
          page.pullDown.start(y);
        }
      },
      move: (y) => this.router.top?.pullDown.move(y) ?? false,
      end: () => this.router.top?.pullDown.end(),
    });
    this.on("applyUpdate", () => this.restart(false));
    this.#theme();
  }

  #theme(): void {
    document.documentElement.dataset.theme = this.settings.theme;
    document.documentElement.style.colorScheme = this.settings.theme;
  }

  #scope(path: string): Scope {
    const { Page, Component: component, Behavior } = this.definitions.scope(path);
    return {
      ...this.#globals,
      App: (options: Record<string, unknown>): void => this.app.register(options),
      Page,
      Component: component,
      Behavior,
      getApp: (options?: { allowDefault?: boolean }): unknown => this.app.get(options),
      getCurrentPages: () => this.router.stack(),
      requirePlugin: (name: unknown) => {
        throw new Error(`requirePlugin: there is no plugin ${String(name)}: plugins are not there`);
      },
      tt: this.tt,
      wx: this.tt,
      __window: window,
      ...replaced(this.#globals.global),
    };
  }

  #routed(): void {
    const page = this.router.top;
    this.#faults.routed();
    this.#resized(false);
    this.emit("route", { route: page?.route.name ?? "" });
    this.#tellPages();
  }

  /** Sizes may be others now; the page is told if its window is. */
  #resized(tell = true): void {
    const page = this.router.top;
    this.#screen.update(page);
    const { windowWidth, windowHeight } = this.#screen.metrics();
    const before = this.#window;
    this.#window = { windowWidth, windowHeight };
    if (!tell || (before.windowWidth === windowWidth && before.windowHeight === windowHeight)) return;
    this.emit("resize", { windowWidth, windowHeight });
    page?.resize(this.#screen.metrics());
  }

  #show(): void {
    this.app.show({ ...this.#launch });
    this.emit("show", { ...this.#launch });
  }

  #followForeground(): void {
    if (this.settings.foreground) {
      this.#veil?.remove();
      this.#veil = undefined;
      if (!this.#launched) return;
      this.#show();
      this.router.setForeground(true);
    } else {
      this.#veil ??= veil(this.layer, this.text("background"), () => this.change({ foreground: true }));
      if (!this.#launched) return;
      this.router.setForeground(false);
      this.app.hide();
      this.emit("hide", undefined);
    }
  }

  /** Gives the pages of a kept stack their data back. */
  #restore(stack: Kept[]): void {
    this.router.pages.forEach((page, index) => {
      const { data, scrollTop = 0 } = stack[index] ?? {};
      if (!data) return;
      page.instance.setData(data);
      renderViews();
      page.scroller.scrollTop = scrollTop;
    });
  }

  async #notFound(route: Route): Promise<void> {
    const options = { path: route.name, query: route.query, isEntryPage: true };
    this.emit("pageNotFound", options);
    this.app.call("onPageNotFound", options);
    this.#faults.problem("error", `the page "${route.name}" is not in app.json`, null);
    // The app may have gone to a page of its choice.
    await this.router.idle();
    if (!this.router.top && this.entryPage !== "") await this.router.reLaunch(`/${this.entryPage}`);
  }

  async #tapTab(index: number): Promise<void> {
    const tab = this.#screen.tabBar?.tabs[index];
    if (!tab) return;
    this.router.top?.call("onTabItemTap", { index, pagePath: tab.pagePath, text: tab.text });
    await this.router.switchTab(`/${tab.pagePath}`).catch((error: unknown) => this.failed(error, "tab bar"));
  }

  /** The capsule's menu. */
  async #more(): Promise<void> {
    const page = this.router.top;
    const shares = page !== undefined && !this.noShare.has(page.instance);
    const items: TextKey[] = shares ? ["share", "restart"] : ["restart"];
    const choice =
      items[
        (await menu(
          this.layer,
          items.map((item) => this.text(item)),
          this.text("cancel"),
        )) ?? -1
      ];
    if (choice === "restart") this.restart(false);
    if (choice !== "share" || !page) return;
    const value = await page.call("onShareAppMessage", { from: "menu", target: undefined, channel: "" });
    this.report({
      kind: "api",
      name: "onShareAppMessage",
      options: { from: "menu" },
      result: { ok: true, value: snapshot(value) },
    });
    (this.tt.shareAppMessage as (options: object) => unknown)({ ...(value as object | undefined) });
  }
}

function contains(page: Page, element: Element): boolean {
  return page.element.contains(element.$$ as unknown as Node | null);
}

/** Of the functions that define parts of a program, those that its own scripts replaced: the compiler notes that on `global`. */
function replaced(global: object): Partial<Scope> {
  const names = ["App", "Behavior", "Component", "Page"].filter((name) => `__${name}` in global);
  return Object.fromEntries(names.map((name) => [name, Reflect.get(global, `__${name}`)]));
}
