/** How the desk looks: language, theme, and where its panels are. Kept between visits. */
import type { Bus } from "./bus";
import { hasServer } from "../shared/secret";
import { load, save } from "./settings";
import { TEXTS, type Language, type Texts } from "./texts";

export type Theme = "auto" | "light" | "dark";
export type Dock = "right" | "below";
export type Zoom = "fit" | "100" | "75" | "50";
export type PanelName = "console" | "pages" | "storage" | "network" | "problems" | "call" | "source";

interface Kept {
  language: Language;
  theme: Theme;
  dock: Dock | null;
  open: boolean;
  /** Sizes of the panels at either place, in CSS pixels; null until the user chose one. */
  size: Record<Dock, number | null>;
  panel: PanelName;
  zoom: Zoom;
  /** Whose controls are open: ids of phones, and `all`. */
  controls: string[];
}
const KEY = "tt-sim:view";
/** Below this width of the window panels are below, whatever was chosen. */
const NARROW = 900;

export class ViewState {
  #kept: Kept;
  readonly #bus: Bus;

  constructor(bus: Bus) {
    this.#bus = bus;
    this.#kept = {
      language: navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en",
      theme: "auto",
      dock: null,
      // Whoever opens an export came for the phones.
      open: hasServer(),
      size: { right: null, below: null },
      panel: "console",
      // What drives a browser clicks beside what it should in scaled frames of other processes.
      zoom: navigator.webdriver ? "100" : "fit",
      controls: [],
      ...load<Partial<Kept>>(KEY),
    };
    addEventListener("resize", () => bus.touch("view"));
    this.#show();
  }

  get language(): Language {
    return this.#kept.language;
  }
  /** Everything the desk says, in its language. */
  get texts(): Texts {
    return TEXTS[this.#kept.language];
  }
  get theme(): Theme {
    return this.#kept.theme;
  }
  get dock(): Dock {
    return innerWidth < NARROW ? "below" : (this.#kept.dock ?? "right");
  }
  /** Whether there is a choice of places. */
  get canDock(): boolean {
    return innerWidth >= NARROW;
  }
  get open(): boolean {
    return this.#kept.open;
  }
  get panel(): PanelName {
    return this.#kept.panel;
  }
  get zoom(): Zoom {
    return this.#kept.zoom;
  }
  /** The size of the panels where they are, as much as the window allows. */
  get size(): number {
    const { dock } = this;
    const most = dock === "right" ? innerWidth - 320 : innerHeight - 260;
    const wanted =
      this.#kept.size[dock] ??
      (dock === "right" ? Math.min(640, Math.max(470, innerWidth * 0.4)) : innerHeight * 0.36);
    return Math.round(Math.max(dock === "right" ? 300 : 140, Math.min(wanted, most)));
  }
  set size(size: number) {
    this.set({ size: { ...this.#kept.size, [this.dock]: Math.round(size) } });
  }

  hasControls(id: string): boolean {
    return this.#kept.controls.includes(id);
  }
  toggleControls(id: string): void {
    const controls = this.hasControls(id)
      ? this.#kept.controls.filter((other) => other !== id)
      : [...this.#kept.controls, id];
    this.set({ controls });
  }

  set(change: Partial<Kept>): void {
    Object.assign(this.#kept, change);
    save(KEY, this.#kept);
    this.#show();
    this.#bus.touch("view");
  }

  /** What the style sheets and a screen reader go by. */
  #show(): void {
    const { documentElement } = document;
    documentElement.lang = this.language === "zh" ? "zh-CN" : "en";
    documentElement.dataset.theme = this.theme;
  }
}
