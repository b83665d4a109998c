/** What a phone shows around a page: status bar, navigation bar, capsule and tab bar. */
import type { AppJson, TabBarJson } from "../../shared/project";
import type { Metrics, TabBarChange } from "../phone";
import { part, shadowed } from "./html";

const ICONS = {
  back: '<path d="M15 4 7 12l8 8" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"/>',
  home: '<path d="M4 11 12 4l8 7v9h-5v-6H9v6H4z" fill="none" stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"/>',
  more: '<circle cx="5" cy="12" r="2"/><circle cx="12" cy="12" r="3"/><circle cx="19" cy="12" r="2"/>',
  close:
    '<circle cx="12" cy="12" r="8" fill="none" stroke="currentColor" stroke-width="2.4"/><circle cx="12" cy="12" r="3"/>',
};
const svg = (icon: keyof typeof ICONS): string =>
  `<svg viewBox="0 0 24 24" width="24" height="24" fill="currentColor" aria-hidden="true">${ICONS[icon]}</svg>`;

const BUTTON =
  "button { all: unset; display: grid; place-items: center; cursor: pointer } button:focus-visible { outline: 2px solid #2a7fff; border-radius: 6px }";
const HOST =
  ":host { display: block; font: 16px -apple-system, 'PingFang SC', 'Noto Sans CJK SC', Roboto, sans-serif; -webkit-user-select: none; user-select: none }";

/** The height of the navigation bar, of its capsule, and of the tab bar without inset. */
export const BAR = 44;
export const TABS = 48;

export interface BarLook {
  title: string;
  /** "black" or "white", or a colour of the same. */
  front: string;
  background: string;
  loading: boolean;
  /** What the button on the left does. */
  left: "back" | "home" | null;
}

/** A page's navigation bar, with the space of the status bar above it. */
export class NavigationBar {
  readonly element: HTMLElement;
  readonly #root: ShadowRoot;
  readonly #look: BarLook;
  /** Of a bar over the page, how much of it is there: 0 to 1. */
  #opacity = 1;

  constructor(look: BarLook, labels: { back: string; home: string }, left: (kind: "back" | "home") => void) {
    const { element, root } = shadowed(
      "phone-bar",
      `${HOST} ${BUTTON}
      :host { position: relative; flex: none; z-index: 2; background: var(--background); color: var(--front); padding-top: var(--status-bar) }
      div { position: relative; height: ${BAR}px }
      button { position: absolute; left: 4px; width: ${BAR}px; height: ${BAR}px }
      h1 { margin: 0 100px; height: 100%; font-size: 17px; font-weight: 600; line-height: ${BAR}px; text-align: center; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
      i { display: inline-block; width: 16px; height: 16px; margin-right: 6px; vertical-align: -2px; border: 2px solid; border-right-color: transparent; border-radius: 50%; box-sizing: border-box; animation: turn 1s linear infinite }
      @keyframes turn { to { transform: rotate(360deg) } }
      [hidden] { display: none }`,
      `<div><button type="button"></button><h1><i hidden></i><span></span></h1></div>`,
    );
    this.element = element;
    this.#root = root;
    this.#look = { ...look };
    const button = part<HTMLButtonElement>(root, "button");
    button.addEventListener("click", () => {
      if (this.#look.left) left(this.#look.left);
    });
    const kind = look.left ?? "back";
    button.hidden = look.left === null;
    button.innerHTML = svg(kind);
    button.ariaLabel = labels[kind];
    this.change({});
  }

  get look(): Readonly<BarLook> {
    return this.#look;
  }

  change(change: Partial<BarLook>): void {
    Object.assign(this.#look, change);
    const { title, front, background, loading, left } = this.#look;
    part(this.#root, "span").textContent = title;
    part(this.#root, "i").hidden = !loading;
    part(this.#root, "button").hidden = left === null;
    const shown =
      this.#opacity < 1
        ? `color-mix(in srgb, ${background} ${this.#opacity * 100}%, transparent)`
        : background;
    this.element.style.setProperty("--background", shown);
    this.element.style.setProperty("--front", front);
  }

  fade(opacity: number): void {
    this.#opacity = opacity;
    this.change({});
  }
}

/** The clock and the battery; its colour follows the page on top. */
export class StatusBar {
  readonly element: HTMLElement;

  constructor() {
    const { element, root } = shadowed(
      "phone-status",
      `${HOST} :host { position: absolute; inset: 0 0 auto; z-index: 5; height: var(--status-bar); overflow: hidden; pointer-events: none }
      div { display: flex; align-items: center; justify-content: space-between; height: 100%; max-height: 47px; padding: 0 24px; font-size: 14px; font-weight: 600 }
      svg { display: block }`,
      `<div aria-hidden="true"><time></time><svg width="26" height="12" fill="none" stroke="currentColor"><rect x=".5" y=".5" width="21" height="11" rx="3"/><rect x="2" y="2" width="15" height="8" rx="1.5" fill="currentColor" stroke="none"/><path d="M24 4v4" stroke-width="2"/></svg></div>`,
    );
    this.element = element;
    const clock = part(root, "time");
    const tick = (): void => {
      const now = new Date();
      clock.textContent = `${now.getHours()}:${String(now.getMinutes()).padStart(2, "0")}`;
      setTimeout(tick, 60_000 - (now.getTime() % 60_000));
    };
    tick();
  }
}

/** The capsule at the upper right: more, and close. */
export class Capsule {
  readonly element: HTMLElement;

  constructor(labels: { more: string; close: string }, press: (kind: "more" | "close") => void) {
    const { element, root } = shadowed(
      "phone-capsule",
      `${HOST} ${BUTTON}
      :host { position: absolute; z-index: 5; display: flex; box-sizing: border-box; border: 1px solid; border-radius: 16px; border-color: color-mix(in srgb, currentColor 20%, transparent) }
      :host { background: color-mix(in srgb, var(--shade) 20%, transparent) }
      button { flex: 1 } button + button { border-left: 1px solid; border-color: inherit }
      svg { width: 20px; height: 20px }`,
      `<button type="button" part="more">${svg("more")}</button><button type="button" part="close">${svg("close")}</button>`,
    );
    this.element = element;
    for (const kind of ["more", "close"] as const) {
      const button = part<HTMLButtonElement>(root, `[part=${kind}]`);
      button.ariaLabel = labels[kind];
      button.addEventListener("click", () => press(kind));
    }
  }

  place({ menuButton }: Metrics, front: string): void {
    const { left, top, width, height } = menuButton;
    const shade = front === "white" || front === "#ffffff" ? "#000" : "#fff";
    this.element.style.cssText = `left:${left}px;top:${top}px;width:${width}px;height:${height}px;color:${front};--shade:${shade}`;
  }
}

interface Tab {
  pagePath: string;
  text: string;
  iconPath: string;
  selectedIconPath: string;
  badge: string | null;
  dot: boolean;
}

/** The tab bar, made from `app.json` and changed by `tt.setTabBarItem` and its like. */
export class TabBar {
  readonly element: HTMLElement;
  readonly tabs: Tab[];
  /** As `tt.hideTabBar` wants it. */
  hidden = false;
  readonly #root: ShadowRoot;
  readonly #style: { color: string; selectedColor: string; backgroundColor: string; borderStyle: string };
  readonly #url: (path: string) => string;
  #selected = "";

  constructor(json: TabBarJson, url: (path: string) => string, tap: (index: number) => void) {
    const { element, root } = shadowed(
      "phone-tabs",
      `${HOST} ${BUTTON}
      :host { position: absolute; inset: auto 0 0; z-index: 4; box-sizing: border-box; height: calc(${TABS}px + var(--inset)); padding-bottom: var(--inset); background: var(--background) }
      :host([hidden]) { display: none }
      div { display: flex; height: 100%; box-sizing: border-box; border-top: 1px solid var(--border) }
      button { position: relative; flex: 1; min-width: 0; align-content: center; gap: 2px; color: var(--color); font-size: 10px }
      button[aria-selected=true] { color: var(--selected) }
      button.plain { font-size: 15px }
      img { display: block; width: 24px; height: 24px; object-fit: contain }
      b { position: absolute; top: 3px; left: calc(50% + 6px); min-width: 16px; height: 16px; padding: 0 4px; box-sizing: border-box; border-radius: 8px; background: #fe2c55; color: #fff; font: 500 10px/16px sans-serif; text-align: center }
      b.dot { top: 5px; left: calc(50% + 10px); min-width: 8px; width: 8px; height: 8px; padding: 0 }`,
      `<div role="tablist"></div>`,
    );
    this.element = element;
    this.#root = root;
    this.#url = url;
    this.tabs = list(json).map((tab) => ({
      pagePath: String(tab.pagePath).replace(/^\//, ""),
      text: tab.text ?? "",
      iconPath: tab.iconPath ?? "",
      selectedIconPath: tab.selectedIconPath ?? tab.iconPath ?? "",
      badge: null,
      dot: false,
    }));
    this.#style = {
      color: json.color ?? "#7a7e83",
      selectedColor: json.selectedColor ?? "#161823",
      backgroundColor: json.backgroundColor ?? "#ffffff",
      borderStyle: json.borderStyle ?? "black",
    };
    part(root, "div").addEventListener("click", (event) => {
      const button = (event.target as Element).closest("button");
      if (button) tap(Number(button.dataset.index));
    });
    this.#render();
  }

  has(name: string): boolean {
    return this.tabs.some((tab) => tab.pagePath === name);
  }

  /** Marks the tab of a page. */
  select(name: string): void {
    this.#selected = name;
    this.#render();
  }

  change(change: TabBarChange): void {
    const tab = "index" in change ? this.tabs[change.index] : undefined;
    switch (change.kind) {
      case "show":
      case "hide":
        this.hidden = change.kind === "hide";
        break;
      case "badge":
        if (tab) Object.assign(tab, { badge: change.text, dot: false });
        break;
      case "dot":
        if (tab) Object.assign(tab, { dot: change.shown, badge: null });
        break;
      case "item":
        if (tab) Object.assign(tab, given(change, ["text", "iconPath", "selectedIconPath"]));
        break;
      case "style":
        Object.assign(
          this.#style,
          given(change, ["color", "selectedColor", "backgroundColor", "borderStyle"]),
        );
    }
    this.#render();
  }

  #render(): void {
    const { color, selectedColor, backgroundColor, borderStyle } = this.#style;
    const border = borderStyle === "white" ? "rgb(255 255 255 / 30%)" : "rgb(0 0 0 / 12%)";
    const variables = {
      "--color": color,
      "--selected": selectedColor,
      "--background": backgroundColor,
      "--border": border,
    };
    for (const [name, value] of Object.entries(variables)) this.element.style.setProperty(name, value);
    part(this.#root, "div").replaceChildren(
      ...this.tabs.map((tab, index) => {
        const selected = tab.pagePath === this.#selected;
        const button = document.createElement("button");
        button.type = "button";
        button.role = "tab";
        button.ariaSelected = String(selected);
        button.dataset.index = String(index);
        const icon = selected ? tab.selectedIconPath : tab.iconPath;
        if (icon) button.append(Object.assign(new Image(), { src: this.#url(icon), alt: "" }));
        else button.className = "plain";
        button.append(Object.assign(document.createElement("span"), { textContent: tab.text }));
        if (tab.badge !== null || tab.dot) {
          // Four characters at most, as the platform says.
          const badge = (tab.badge ?? "").length > 4 ? "…" : (tab.badge ?? "");
          button.append(
            Object.assign(document.createElement("b"), {
              textContent: badge,
              className: tab.dot ? "dot" : "",
            }),
          );
        }
        return button;
      }),
    );
  }
}

/** The tab bar of a project that has a usable one. */
export function tabBarOf(app: AppJson): TabBarJson | undefined {
  return app.tabBar && list(app.tabBar).length > 0 ? app.tabBar : undefined;
}

function list(json: TabBarJson): TabBarJson["list"] {
  return Array.isArray(json.list) ? json.list.filter((tab) => typeof tab?.pagePath === "string") : [];
}

function given<T extends object, K extends keyof T & string>(
  from: T,
  names: readonly (K | string)[],
): Partial<T> {
  return Object.fromEntries(
    Object.entries(from).filter(([name, value]) => names.includes(name) && value !== undefined),
  ) as Partial<T>;
}
