/**
 * Fingers and mice: raises `touchstart` to `touchcancel`, `tap`, `longpress` and `longtap` at
 * glass-easel's elements, and the events of transitions and animations. A mouse is a finger.
 */
import { Event, type Element } from "glass-easel";
import type { Touch as PlatformTouch } from "./event";
import { pageWindow } from "./queries/window";
import { plainName } from "./styles";
import { handled } from "./templates";

/** How far a finger may go for a tap, in CSS pixels, and how long it stays for a long press. */
const STILL = 10;
const LONG = 350;
/** Browsers repeat touches as mouse events, up to a second later. */
const REPEATED = 1_000;

interface Finger {
  identifier: number;
  clientX: number;
  clientY: number;
}
interface Press {
  element: Element;
  from: Finger;
  at: Finger;
  moved: boolean;
  timer: number;
  /** A long press was handled: lifting the finger is no tap. */
  long: boolean;
}
/** Told of fingers that no handler of the page kept for itself. */
export interface Drag {
  start(target: Element, y: number): void;
  /** Whether it takes the movement; then nothing scrolls. */
  move(y: number): boolean;
  end(): void;
}

export class Gestures {
  readonly #presses = new Map<number, Press>();
  readonly #drag: Drag;
  #lastTouch = -REPEATED;
  #mouseDown = false;

  constructor(root: HTMLElement, drag: Drag) {
    this.#drag = drag;
    const options = { capture: true, passive: false };
    for (const type of ["touchstart", "touchmove", "touchend", "touchcancel"] as const) {
      // Beneath the document: some element may be removed while a finger is on it.
      root.addEventListener(type, (event) => this.#touched(type, event), options);
    }
    root.addEventListener("mousedown", (event) => {
      if (event.button !== 0 || this.#repeated()) return;
      this.#mouseDown = true;
      this.#moused("touchstart", event);
    }, options);
    window.addEventListener("mousemove", (event) => {
      if (this.#mouseDown) this.#moused("touchmove", event);
    }, options);
    window.addEventListener("mouseup", (event) => {
      if (!this.#mouseDown) return;
      this.#mouseDown = false;
      this.#moused("touchend", event);
    }, options);
    // A button that is pressed by a key, by a screen reader or by `click()`.
    root.addEventListener("click", (event) => {
      // Not what a built-in component presses of its inside, a chooser of files for example.
      const element = (event.target as { __wxElement?: Element } | null)?.__wxElement;
      if (event.detail !== 0 || !element || event.defaultPrevented) return;
      const box = (event.target as globalThis.Element).getBoundingClientRect();
      const finger = { identifier: 0, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
      this.#tap(element, finger, event);
    }, true);
    for (const type of ["transitionend", "animationstart", "animationiteration", "animationend"] as const) {
      root.addEventListener(type, (event) => {
        // Not those of what a built-in component is made of.
        const element = (event.target as { __wxElement?: Element } | null)?.__wxElement;
        if (!element) return;
        const { elapsedTime } = event;
        const detail =
          "animationName" in event
            ? { animationName: plainName(event.animationName), elapsedTime }
            : { propertyName: event.propertyName, elapsedTime };
        raise(element, type, detail, event);
      }, true);
    }
    // Scrolling took the finger over.
    root.addEventListener("scroll", () => {
      for (const press of this.#presses.values()) this.#moving(press);
    }, true);
  }

  #repeated(): boolean {
    return performance.now() - this.#lastTouch < REPEATED;
  }

  #touched(type: string, event: TouchEvent): void {
    this.#lastTouch = performance.now();
    const changed = [...event.changedTouches];
    for (const touch of changed) this.#finger(type, touch, event, [...event.touches], changed);
  }

  #moused(type: string, event: MouseEvent): void {
    const finger = { identifier: 0, clientX: event.clientX, clientY: event.clientY, target: event.target };
    this.#finger(type, finger, event, type === "touchend" ? [] : [finger], [finger]);
  }

  #finger(type: string, finger: Finger & { target: EventTarget | null }, event: UIEvent, touches: Finger[], changed: Finger[]): void {
    const { identifier } = finger;
    if (type === "touchstart") {
      const element = elementAt(finger.target);
      if (!element) return;
      const press: Press = { element, from: finger, at: finger, moved: false, long: false, timer: 0 };
      press.timer = window.setTimeout(() => this.#long(press, event), LONG);
      this.#presses.set(identifier, press);
      this.#raiseTouch(press, type, event, touches, changed);
      this.#drag.start(element, finger.clientY);
      return;
    }
    const press = this.#presses.get(identifier);
    if (!press) return;
    press.at = finger;
    if (Math.hypot(finger.clientX - press.from.clientX, finger.clientY - press.from.clientY) > STILL) this.#moving(press);
    const kept = this.#raiseTouch(press, type, event, touches, changed);
    if (type === "touchmove") {
      if (!kept && this.#drag.move(finger.clientY) && event.cancelable) event.preventDefault();
      return;
    }
    clearTimeout(press.timer);
    this.#presses.delete(identifier);
    this.#drag.end();
    if (type === "touchend" && !press.moved && !press.long) this.#tap(press.element, finger, event);
  }

  #moving(press: Press): void {
    press.moved = true;
    clearTimeout(press.timer);
  }

  #long(press: Press, event: UIEvent): void {
    handled.clear();
    const detail = position(press.element, press.at);
    const extra = touchFields(press.element, [press.at], [press.at]);
    raise(press.element, "longpress", detail, event, extra);
    press.long = handled.has("longpress");
    raise(press.element, "longtap", detail, event, extra);
  }

  #tap(element: Element, finger: Finger, event: UIEvent): void {
    raise(element, "tap", position(element, finger), event, touchFields(element, [], [finger]));
  }

  /** Whether a handler kept the event for itself (`catchtouchmove`). */
  #raiseTouch(press: Press, type: string, event: UIEvent, touches: Finger[], changed: Finger[]): boolean {
    const raised = raise(press.element, type, {}, event, touchFields(press.element, touches, changed));
    const kept = raised.defaultPrevented();
    if (kept && type === "touchmove" && event.cancelable) event.preventDefault();
    return kept;
  }
}

function raise(element: Element, type: string, detail: unknown, originalEvent: unknown, extraFields?: Record<string, unknown>): Event<unknown> {
  const event = new Event(type, detail, {
    originalEvent,
    bubbles: true,
    composed: true,
    capturePhase: true,
    ...(extraFields ? { extraFields } : {}),
  });
  Event.dispatchEvent(element, event);
  return event;
}

/** The element of a page that something in the document belongs to. */
function elementAt(target: EventTarget | null): Element | undefined {
  for (let node = target as (Node & { __wxElement?: Element }) | null; node; node = node.parentNode) {
    if (node.__wxElement) return node.__wxElement;
  }
  return undefined;
}

function position(element: Element, finger: Finger): { x: number; y: number } {
  const { pageX, pageY } = touch(element, finger);
  return { x: pageX, y: pageY };
}

function touchFields(element: Element, touches: Finger[], changed: Finger[]): Record<string, unknown> {
  return {
    touches: touches.map((finger) => touch(element, finger)),
    changedTouches: changed.map((finger) => touch(element, finger)),
  };
}

/** A finger seen from the page's window, and from the page's beginning. */
function touch(element: Element, { identifier, clientX, clientY }: Finger): PlatformTouch {
  const place = pageWindow(element);
  const x = clientX - (place?.rect.left ?? 0);
  const y = clientY - (place?.rect.top ?? 0);
  const { scrollLeft = 0, scrollTop = 0 } = place?.scroller ?? {};
  const page = { identifier, clientX: x, clientY: y, pageX: x + scrollLeft, pageY: y + scrollTop };
  const dom = element.$$ as unknown as globalThis.Element | null;
  if (dom?.localName !== "tt-canvas") return page;
  const { left, top } = dom.getBoundingClientRect();
  return { ...page, x: clientX - left, y: clientY - top };
}
