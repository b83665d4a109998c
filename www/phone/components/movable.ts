/** `movable-area` and the `movable-view`s in it, which are dragged, thrown and pinched. */
import { ancestor, builtIn } from "./support/builtin";
import { pixels } from "./support/css";
import { swallowClick } from "./support/dom";

const defaults = {
  direction: "none",
  inertia: false,
  outOfBounds: false,
  x: 0 as string | number,
  y: 0 as string | number,
  damping: 20,
  friction: 2,
  disabled: false,
  scale: false,
  scaleMin: 0.5,
  scaleMax: 10,
  scaleValue: 1,
  animation: true,
};

interface Point {
  x: number;
  y: number;
}
/** Why it moved. */
type Source = "touch" | "touch-out-of-bounds" | "out-of-bounds" | "friction" | "";

/** Pixels from which a press is a drag. */
const SLOP = 4;
/** Slower than this, in pixels per second, it stands. */
const STANDSTILL = 20;

export const movableArea = builtIn("movable-area", { scaleArea: false }, () => ({}));

export const movableView = builtIn("movable-view", defaults, (self) => {
  const { host, props } = self;
  let at: Point = { x: 0, y: 0 };
  let scale = 1;
  let request = 0;
  let attached = false;
  const area = () => {
    const parent = host.parentElement;
    return parent === ancestor(host, "movable-area")?.self.host ? parent : undefined;
  };
  const horizontal = () => props.direction === "all" || props.direction === "horizontal";
  const vertical = () => props.direction === "all" || props.direction === "vertical";

  /** Where it may stand along an axis: inside its area, or covering it where it is larger. */
  function limit(value: number, outer: number, inner: number): number {
    const grown = ((scale - 1) * inner) / 2;
    const room = outer - scale * inner;
    return Math.max(Math.min(0, room) + grown, Math.min(Math.max(0, room) + grown, value));
  }
  function inside(point: Point): Point {
    const frame = area();
    if (!frame) return point;
    return {
      x: limit(point.x, frame.clientWidth, host.offsetWidth),
      y: limit(point.y, frame.clientHeight, host.offsetHeight),
    };
  }
  function show(): void {
    const dragged = !props.disabled && (props.scale || props.direction !== "none");
    self.style(
      `transform:translate(${at.x}px,${at.y}px) scale(${scale});${dragged ? "touch-action:none" : ""}`,
    );
  }
  function move(to: Point, source: Source): void {
    if (to.x === at.x && to.y === at.y) return;
    at = to;
    show();
    self.emit("change", { x: round(at.x), y: round(at.y), source });
  }
  function zoom(to: number): void {
    const next = Math.max(props.scaleMin, Math.min(props.scaleMax, to));
    if (!Number.isFinite(next) || next === scale) return;
    scale = next;
    at = inside(at);
    show();
    self.emit("scale", { x: round(at.x), y: round(at.y), scale });
  }

  /** Calls `step` with the seconds since the last frame until it answers false. */
  function animate(step: (seconds: number) => boolean): void {
    cancelAnimationFrame(request);
    let before = performance.now();
    const tick = () => {
      const now = performance.now();
      const seconds = Math.min(0.1, (now - before) / 1000);
      before = now;
      if (step(seconds)) request = requestAnimationFrame(tick);
    };
    request = requestAnimationFrame(tick);
  }
  function glide(target: Point, source: Source): void {
    animate((seconds) => {
      const part = 1 - Math.exp(-Math.max(1, props.damping) * 0.5 * seconds);
      const to = { x: at.x + (target.x - at.x) * part, y: at.y + (target.y - at.y) * part };
      const there = Math.hypot(target.x - to.x, target.y - to.y) < 0.5;
      move(there ? target : to, source);
      return !there;
    });
  }
  function coast(speed: Point): void {
    animate((seconds) => {
      const part = Math.exp(-Math.max(0.1, props.friction) * 2 * seconds);
      speed = { x: speed.x * part, y: speed.y * part };
      const to = { x: at.x + speed.x * seconds, y: at.y + speed.y * seconds };
      const bounded = inside(to);
      move(props.outOfBounds ? to : bounded, "friction");
      if (Math.hypot(to.x - bounded.x, to.y - bounded.y) > 0) {
        if (props.outOfBounds) glide(bounded, "out-of-bounds");
        return false;
      }
      return Math.hypot(speed.x, speed.y) > STANDSTILL;
    });
  }

  const fingers = new Map<number, Point>();
  /** How it was when the second finger came. */
  let pinch = { spread: 0, scale: 1 };
  function spread(): number {
    const [one, two] = [...fingers.values()];
    return one && two ? Math.hypot(one.x - two.x, one.y - two.y) : 0;
  }

  host.addEventListener("pointerdown", (press) => {
    if (props.disabled || !area() || press.button !== 0) return;
    cancelAnimationFrame(request);
    fingers.set(press.pointerId, { x: press.clientX, y: press.clientY });
    const from = { ...at };
    pinch = { spread: spread(), scale };
    const watch = new AbortController();
    const { signal } = watch;
    let way: "h" | "v" | undefined;
    let speed: Point = { x: 0, y: 0 };
    let seen = { x: press.clientX, y: press.clientY, at: press.timeStamp };
    addEventListener(
      "pointermove",
      (event) => {
        if (event.pointerId !== press.pointerId) return;
        fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
        if (fingers.size > 1) {
          if (props.scale && pinch.spread > 0) zoom((pinch.scale * spread()) / pinch.spread);
          return;
        }
        const dx = event.clientX - press.clientX;
        const dy = event.clientY - press.clientY;
        if (!way && Math.hypot(dx, dy) < SLOP) return;
        way ??= Math.abs(dx) > Math.abs(dy) ? "h" : "v";
        self.emit(`${way}touchmove`, { x: round(at.x), y: round(at.y) });
        const passed = (event.timeStamp - seen.at) / 1000;
        if (passed > 0) {
          speed = {
            x: horizontal() ? (event.clientX - seen.x) / passed : 0,
            y: vertical() ? (event.clientY - seen.y) / passed : 0,
          };
        }
        seen = { x: event.clientX, y: event.clientY, at: event.timeStamp };
        const wanted = { x: from.x + (horizontal() ? dx : 0), y: from.y + (vertical() ? dy : 0) };
        const bounded = inside(wanted);
        const beyond = { x: wanted.x - bounded.x, y: wanted.y - bounded.y };
        if (!props.outOfBounds || (beyond.x === 0 && beyond.y === 0)) move(bounded, "touch");
        // Outside it follows at half the speed.
        else move({ x: bounded.x + beyond.x / 2, y: bounded.y + beyond.y / 2 }, "touch-out-of-bounds");
      },
      { signal },
    );
    const release = (event: PointerEvent) => {
      if (event.pointerId !== press.pointerId) return;
      watch.abort();
      fingers.delete(press.pointerId);
      if (!way) return;
      swallowClick();
      const bounded = inside(at);
      if (bounded.x !== at.x || bounded.y !== at.y) glide(bounded, "out-of-bounds");
      else if (props.inertia && event.timeStamp - seen.at < 100) coast(speed);
    };
    addEventListener("pointerup", release, { signal });
    addEventListener("pointercancel", release, { signal });
  });
  // A mouse has no two fingers; with Control its wheel is what pinches on every desktop.
  host.addEventListener(
    "wheel",
    (event) => {
      if (!props.scale || props.disabled || !event.ctrlKey) return;
      event.preventDefault();
      zoom(scale * Math.exp(-event.deltaY / 300));
    },
    { passive: false },
  );

  function place(animated: boolean): void {
    const target = inside({ x: pixels(props.x), y: pixels(props.y) });
    if (animated) glide(target, "");
    else move(target, "");
  }

  return {
    update(changed) {
      if (!attached) return;
      show();
      if (changed.has("scaleValue")) zoom(props.scaleValue);
      if (changed.has("x") || changed.has("y")) place(props.animation);
    },
    attached() {
      attached = true;
      // Sizes are known when the page is laid out.
      requestAnimationFrame(() => {
        if (props.scale && props.scaleValue !== 1) zoom(props.scaleValue);
        at = inside({ x: pixels(props.x), y: pixels(props.y) });
        show();
      });
    },
    detached() {
      attached = false;
      cancelAnimationFrame(request);
    },
  };
});

/** To a tenth of a pixel, as the platform does. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
