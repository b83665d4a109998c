/** The phone's screen: where its bars and pages are, and how large everything is. */
import type { PhoneSettings } from "../../shared/bridge";
import type { AppJson } from "../../shared/project";
import type { Box, Metrics } from "../phone";
import { BAR, Capsule, StatusBar, tabBarOf, TABS, TabBar } from "./bars";
import type { Page } from "./page";

export interface ScreenHost {
  settings(): PhoneSettings;
  url(path: string): string;
  labels: { more: string; close: string };
  press(kind: "more" | "close"): void;
  tab(index: number): void;
}

export class Screen {
  readonly element: HTMLElement;
  readonly pages: HTMLElement;
  readonly layer: HTMLElement;
  readonly tabBar: TabBar | undefined;
  readonly #host: ScreenHost;
  readonly #statusBar = new StatusBar();
  readonly #capsule: Capsule;
  #top: Page | undefined;

  constructor(host: ScreenHost, app: AppJson) {
    this.#host = host;
    this.element = document.createElement("phone-screen");
    this.pages = document.createElement("phone-pages");
    this.layer = document.createElement("phone-layer");
    this.#capsule = new Capsule(host.labels, (kind) => host.press(kind));
    const json = tabBarOf(app);
    this.tabBar =
      json &&
      new TabBar(
        json,
        (path) => host.url(path.startsWith("/") ? path : `/${path}`),
        (index) => host.tab(index),
      );
    this.element.append(this.pages, this.#statusBar.element, this.#capsule.element);
    if (this.tabBar) this.element.append(this.tabBar.element);
    document.body.append(this.element, this.layer);
    this.update(undefined);
  }

  /** Sizes with a page on top, or with the one that is. */
  metrics(page: Page | undefined = this.#top): Metrics {
    const { device } = this.#host.settings();
    const screenWidth = innerWidth;
    const screenHeight = innerHeight;
    const landscape = screenWidth > screenHeight;
    const notch = device.statusBarHeight > 24;
    const statusBarHeight = landscape && device.platform === "ios" ? 0 : device.statusBarHeight;
    const bottomInset = landscape ? Math.round(device.bottomInset * 0.6) : device.bottomInset;
    const sides = landscape && notch ? device.statusBarHeight : 0;
    const navigationBarHeight = page?.customBar ? 0 : BAR;
    const windowTop = page && (page.customBar || page.barOverlays) ? 0 : statusBarHeight + BAR;
    const hasTabs = page?.isTab === true && this.tabBar?.hidden === false;
    const tabBarHeight = hasTabs ? TABS + bottomInset : 0;
    return {
      screenWidth,
      screenHeight,
      windowWidth: screenWidth,
      windowHeight: screenHeight - windowTop - tabBarHeight,
      windowTop,
      statusBarHeight,
      navigationBarHeight,
      tabBarHeight,
      safeArea: box(sides, statusBarHeight, screenWidth - sides, screenHeight - bottomInset),
      menuButton: box(screenWidth - 90, statusBarHeight + 6, screenWidth - 10, statusBarHeight + 38),
    };
  }

  /** Gives a page its size before it is loaded. Where a bar lies between it and an edge, nothing of it is unsafe there. */
  place(page: Page): void {
    const { tabBarHeight, windowTop } = this.metrics(page);
    const { style } = page.element;
    style.setProperty("--tabs", `${tabBarHeight}px`);
    for (const [side, covered] of [
      ["top", windowTop > 0],
      ["bottom", tabBarHeight > 0],
    ] as const) {
      if (covered) style.setProperty(`--safe-area-inset-${side}`, "0px");
      else style.removeProperty(`--safe-area-inset-${side}`);
    }
  }

  /** Shows what belongs to the page on top. */
  update(page: Page | undefined): void {
    this.#top = page;
    const metrics = this.metrics(page);
    const { safeArea, screenWidth, screenHeight, statusBarHeight } = metrics;
    const { style } = document.documentElement;
    const insets = {
      top: safeArea.top,
      right: screenWidth - safeArea.right,
      bottom: screenHeight - safeArea.bottom,
      left: safeArea.left,
    };
    for (const [side, inset] of Object.entries(insets))
      style.setProperty(`--safe-area-inset-${side}`, `${inset}px`);
    style.setProperty("--status-bar", `${statusBarHeight}px`);
    style.setProperty("--tab-bar", `${metrics.tabBarHeight}px`);
    const front = page?.bar.look.front ?? "#ffffff";
    this.#statusBar.element.style.color = front;
    this.#capsule.place(metrics, front);
    if (this.tabBar) {
      const { element } = this.tabBar;
      element.style.setProperty("--inset", `${insets.bottom}px`);
      element.hidden = metrics.tabBarHeight === 0;
      if (page?.isTab) this.tabBar.select(page.route.name);
    }
    if (page) this.place(page);
  }
}

function box(left: number, top: number, right: number, bottom: number): Box {
  return { left, top, right, bottom, width: right - left, height: bottom - top };
}
