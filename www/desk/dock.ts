/** The panels, one of them in sight, on the right or below; how large they are is up to the user. */
import { html, nothing, render, type TemplateResult } from "lit-html";
import type { Topic } from "./bus";
import type { Desk } from "./desk";
import { iconButton, tabs, type Tab } from "./ui";
import type { PanelName } from "./view-state";

/** One panel of the desk. */
export interface Panel {
  name: PanelName;
  /** What it shows: when to draw it anew. */
  topics: readonly Topic[];
  label(): string;
  /** Whether it has a tab only while it is in use. */
  onDemand?: boolean;
  /** A number beside the name. */
  badge?(): { count: number; tone: string };
  view(): TemplateResult;
  /** After it came into sight, and before it leaves. */
  shown?(): void;
  hidden?(): void;
  /** After each drawing. */
  drawn?(root: HTMLElement): void;
}

export class Dock {
  readonly #desk: Desk;
  readonly #panels: readonly Panel[];
  readonly #bar: HTMLElement;
  readonly #content: HTMLElement;
  #current: Panel | undefined;

  constructor(desk: Desk, panels: readonly Panel[], root: HTMLElement) {
    this.#desk = desk;
    this.#panels = panels;
    this.#bar = root.appendChild(document.createElement("div"));
    this.#content = root.appendChild(document.createElement("div"));
    this.#content.className = "panel";
    this.#content.id = "panel";
    this.#content.setAttribute("role", "tabpanel");
    desk.bus.watch(["view"], () => {
      root.setAttribute("aria-label", desk.view.texts.panels);
      this.#choose();
    });
    desk.bus.watch(["view", "log", "server", "phones"], () => this.#drawBar());
    for (const panel of panels) {
      desk.bus.watch([...panel.topics, "view"], () => {
        if (panel === this.#current) this.#draw(panel);
      });
    }
  }

  #choose(): void {
    const { view } = this.#desk;
    const panel = view.open ? this.#panels.find(({ name }) => name === view.panel) : undefined;
    this.#content.hidden = panel === undefined;
    if (panel === this.#current) return;
    this.#current?.hidden?.();
    this.#current = panel;
    if (!panel) return;
    this.#content.dataset.panel = panel.name;
    this.#content.setAttribute("aria-labelledby", `tab-${panel.name}`);
    panel.shown?.();
  }

  #draw(panel: Panel): void {
    render(panel.view(), this.#content);
    panel.drawn?.(this.#content);
  }

  #drawBar(): void {
    const { view } = this.#desk;
    const t = view.texts;
    const wanted = this.#panels.filter(({ name, onDemand }) => !onDemand || name === view.panel);
    const list: Tab<PanelName>[] = wanted.map((panel) => {
      const badge = panel.badge?.();
      return { name: panel.name, label: panel.label(), badge: badge?.count || "", tone: badge?.tone ?? "" };
    });
    const bar = html`
      ${view.open ? this.#separator() : nothing}
      <div class="dock-bar">
        ${tabs(t.panels, list, view.panel, (panel) => view.set({ panel, open: true }), "panel")}
        <span class="spacer"></span>
        ${
          view.canDock
            ? view.dock === "right"
              ? iconButton("below", t.dockBelow, () => view.set({ dock: "below" }))
              : iconButton("right", t.dockRight, () => view.set({ dock: "right" }))
            : nothing
        }
        ${
          view.open
            ? iconButton("down", t.collapse, () => view.set({ open: false }), { tone: "fold" })
            : iconButton("up", t.expand, () => view.set({ open: true }), { tone: "fold" })
        }
      </div>`;
    render(bar, this.#bar);
  }

  #separator(): TemplateResult {
    const { view } = this.#desk;
    const right = view.dock === "right";
    const onDrag = (event: PointerEvent): void => {
      const handle = event.target as HTMLElement;
      handle.setPointerCapture(event.pointerId);
      const start = right ? event.clientX : event.clientY;
      const size = view.size;
      // Frames would swallow the pointer on its way.
      document.body.classList.add("resizing");
      const onMove = (move: PointerEvent): void => {
        view.size = size + start - (right ? move.clientX : move.clientY);
      };
      const onEnd = (): void => {
        document.body.classList.remove("resizing");
        handle.removeEventListener("pointermove", onMove);
      };
      handle.addEventListener("pointermove", onMove);
      handle.addEventListener("lostpointercapture", onEnd, { once: true });
    };
    const onKey = (event: KeyboardEvent): void => {
      const step = {
        ArrowLeft: right ? 32 : 0,
        ArrowRight: right ? -32 : 0,
        ArrowUp: right ? 0 : 32,
        ArrowDown: right ? 0 : -32,
      }[event.key];
      if (!step) return;
      event.preventDefault();
      view.size = view.size + step;
    };
    return html`<div class="separator" role="separator" tabindex="0" aria-label=${view.texts.resize}
      aria-orientation=${right ? "vertical" : "horizontal"} aria-valuenow=${view.size}
      @pointerdown=${onDrag} @keydown=${onKey}></div>`;
  }
}
