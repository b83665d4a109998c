/** The pressed state of `view`, `button` and `navigator`. */
import { type BuiltIn, type Defaults, OVER_THE_PAGES } from "./builtin";

export interface HoverProps extends Defaults {
  /** Classes while pressed; `none` for none. */
  hoverClass: string;
  /** Milliseconds from the press to the class. */
  hoverStartTime: number;
  /** Milliseconds from the release until it goes. */
  hoverStayTime: number;
  /** Keeps ancestors from being pressed with it. */
  hoverStopPropagation: boolean;
}

export function hoverProps(hoverClass: string, hoverStartTime: number, hoverStayTime: number): HoverProps {
  return { hoverClass, hoverStartTime, hoverStayTime, hoverStopPropagation: false };
}

/** How far a finger may move before it scrolls instead of pressing, in pixels. */
const SLOP = 10;

/** Presses that a component inside has kept for itself. */
const kept = new WeakSet<Event>();

/**
 * Gives `self` its pressed state. `standard` is a class that the platform's own style sheet knows:
 * it is also written into the attribute `pressed`, because classes of a page may have a prefix.
 */
export function addHover(self: BuiltIn<HoverProps>, standard = "", enabled = () => true): void {
  const { host, component, props } = self;
  let shown: string[] = [];
  let timer = 0;

  function show(names: string[]): void {
    for (const name of shown) component.classList?.toggle(name, false, OVER_THE_PAGES);
    shown = names;
    for (const name of shown) component.classList?.toggle(name, true, OVER_THE_PAGES);
    host.toggleAttribute("pressed", standard !== "" && shown.includes(standard));
  }

  host.addEventListener("pointerdown", (press) => {
    if (kept.has(press) || !press.isPrimary) return;
    if (props.hoverStopPropagation) kept.add(press);
    if (props.hoverClass === "none" || !enabled()) return;
    let released = false;
    const watch = new AbortController();
    const hide = () => show([]);
    clearTimeout(timer);
    // A short tap is shown too, though it is over before the class comes.
    timer = window.setTimeout(() => {
      show(props.hoverClass.split(/\s+/).filter(Boolean));
      if (released) timer = window.setTimeout(hide, props.hoverStayTime);
    }, props.hoverStartTime);
    const cancel = () => {
      watch.abort();
      clearTimeout(timer);
      hide();
    };
    const options = { signal: watch.signal, capture: true };
    addEventListener("pointercancel", cancel, options);
    addEventListener(
      "pointermove",
      (move) => {
        if (Math.hypot(move.clientX - press.clientX, move.clientY - press.clientY) > SLOP) cancel();
      },
      options,
    );
    addEventListener(
      "pointerup",
      () => {
        watch.abort();
        released = true;
        if (shown.length > 0) timer = window.setTimeout(hide, props.hoverStayTime);
      },
      options,
    );
  });
}
