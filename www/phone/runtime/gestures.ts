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
  /** The node under the finger, and where it was then. */
  target: globalThis.Element;
  top: number;
  left: number;
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
    root.addEventListener(
      "mousedown",
      (event) => {
        if (event.button !== 0 || this.#repeated()) return;
        this.#mouseDown = true;
        this.#moused("touchstart", event);
      },
      options,
    );
    window.addEventListener(
      "mousemove",
      (event) => {
        if (this.#mouseDown) this.#moused("touchmove", event);
      },
      options,
    );
    window.addEventListener(
      "mouseup",
      (event) => {
        if (!this.#mouseDown) return;
        this.#mouseDown = false;
        this.#moused("touchend", event);
      },
      options,
    );
    // A button that is pressed by a key, by a screen reader or by `click()`.
    root.addEventListener(
      "click",
      (event) => {
        // Not what a built-in component presses of its inside, a chooser of files for example.
        const element = (event.target as { __wxElement?: Element } | null)?.__wxElement;
        if (event.detail !== 0 || !element || event.defaultPrevented) return;
        const box = (event.target as globalThis.Element).getBoundingClientRect();
        const finger = {
          identifier: 0,
          clientX: box.left + box.width / 2,
          clientY: box.top + box.height / 2,
        };
        this.#tap(element, finger, event);
      },
      true,
    );
    for (const type of ["transitionend", "animationstart", "animationiteration", "animationend"] as const) {
      root.addEventListener(
        type,
        (event) => {
          // Not those of what a built-in component is made of.
          const element = (event.target as { __wxElement?: Element } | null)?.__wxElement;
          if (!element) return;
          const { elapsedTime } = event;
          const detail =
            "animationName" in event
              ? { animationName: plainName(event.animationName), elapsedTime }
              : { propertyName: event.propertyName, elapsedTime };
          raise(element, type, detail, event);
        },
        true,
      );
    }
    // Scrolling took the finger over. A browser tells late of what scrolled before the press; then nothing moved since.
    root.addEventListener(
      "scroll",
      () => {
        for (const press of this.#presses.values()) {
          const { top, left } = press.target.getBoundingClientRect();
          if (Math.hypot(top - press.top, left - press.left) > STILL) this.#moving(press);
        }
      },
      true,
    );
  }

  #repeated(): boolean {
    return performance.now() - this.#lastTouch < REPEATED;
  }

  #touched(type: string, event: TouchEvent): void {
    this.#lastTouch = performance.now();
    // Each element gets an event of its own, in which there may be the fingers on others too.
    const changed = [...event.changedTouches].filter(({ target }) => target === event.target);
    this.#fingers(type, changed, event, [...event.touches]);
  }

  #moused(type: string, event: MouseEvent): void {
    const finger = { identifier: 0, clientX: event.clientX, clientY: event.clientY, target: event.target };
    this.#fingers(type, [finger], event, type === "touchend" ? [] : [finger]);
  }

  /** Raises one event for each element on which fingers changed, with all of these. */
  #fingers(
    type: string,
    changed: (Finger & { target: EventTarget | null })[],
    event: UIEvent,
    touches: Finger[],
  ): void {
    if (type === "touchstart") this.#forget(touches);
    const byElement = new Map<Element, { press: Press; finger: Finger }[]>();
    for (const finger of changed) {
      const press = type === "touchstart" ? this.#start(finger, event) : this.#presses.get(finger.identifier);
      if (!press) continue;
      press.at = finger;
      if (Math.hypot(finger.clientX - press.from.clientX, finger.clientY - press.from.clientY) > STILL)
        this.#moving(press);
      const group = byElement.get(press.element) ?? [];
      group.push({ press, finger });
      byElement.set(press.element, group);
    }
    for (const [element, group] of byElement) {
      const kept = this.#raiseTouch(
        element,
        type,
        event,
        touches,
        group.map(({ finger }) => finger),
      );
      for (const { press, finger } of group) this.#follow(type, press, finger, event, kept);
    }
  }

  /** Fingers that went up where nobody was told: their elements had been removed. */
  #forget(touches: Finger[]): void {
    for (const [identifier, press] of this.#presses) {
      if (touches.some((touch) => touch.identifier === identifier)) continue;
      clearTimeout(press.timer);
      this.#presses.delete(identifier);
    }
  }

  #start(finger: Finger & { target: EventTarget | null }, event: UIEvent): Press | undefined {
    const element = elementAt(finger.target);
    if (!element) return undefined;
    const target = finger.target as globalThis.Element;
    const { top, left } = target.getBoundingClientRect();
    const press: Press = {
      element,
      from: finger,
      at: finger,
      target,
      top,
      left,
      moved: false,
      long: false,
      timer: 0,
    };
    this.#presses.set(finger.identifier, press);
    if (this.#presses.size === 1) {
      press.timer = window.setTimeout(() => this.#long(press, event), LONG);
    } else {
      // Two fingers are no tap and no long press of either.
      for (const each of this.#presses.values()) this.#moving(each);
    }
    return press;
  }

  /** What comes of a finger when the page was told of it. */
  #follow(type: string, press: Press, finger: Finger, event: UIEvent, kept: boolean): void {
    if (type === "touchstart") {
      this.#drag.start(press.element, finger.clientY);
      return;
    }
    if (type === "touchmove") {
      if (!kept && this.#drag.move(finger.clientY) && event.cancelable) event.preventDefault();
      return;
    }
    clearTimeout(press.timer);
    this.#presses.delete(finger.identifier);
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
  #raiseTouch(element: Element, type: string, event: UIEvent, touches: Finger[], changed: Finger[]): boolean {
    const raised = raise(element, type, {}, event, touchFields(element, touches, changed));
    const kept = raised.defaultPrevented();
    if (kept && type === "touchmove" && event.cancelable) event.preventDefault();
    return kept;
  }
}

function raise(
  element: Element,
  type: string,
  detail: unknown,
  originalEvent: unknown,
  extraFields?: Record<string, unknown>,
): Event<unknown> {
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
