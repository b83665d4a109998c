/** `swiper`: items of which one, or some, are seen; the others are swiped to or come by themselves. */
import { builtIn, builtInOf } from "./support/builtin";
import { length } from "./support/css";
import { h, setAttribute, swallowClick } from "./support/dom";

const defaults = {
  indicatorDots: false,
  indicatorColor: "rgba(0, 0, 0, .3)",
  indicatorActiveColor: "#000000",
  autoplay: false,
  current: 0,
  currentItemId: "",
  /** Milliseconds. */
  interval: 5000,
  duration: 500,
  circular: false,
  vertical: false,
  previousMargin: "" as string | number,
  nextMargin: "" as string | number,
  displayMultipleItems: 1,
  easingFunction: "default",
};

/** By name: the part of the way at a part of the time. */
const EASINGS: Readonly<Record<string, (time: number) => number>> = {
  default: (time) => 1 - (1 - time) ** 3,
  linear: (time) => time,
  easeInCubic: (time) => time ** 3,
  easeOutCubic: (time) => 1 - (1 - time) ** 3,
  easeInOutCubic: (time) => (time < 0.5 ? 4 * time ** 3 : 1 - (2 - 2 * time) ** 3 / 2),
};

/** Pixels from which a press is a swipe, and pixels per millisecond from which a swipe is a flick. */
const SLOP = 8;
const FLICK = 0.3;

type Source = "autoplay" | "touch" | "";

export const swiper = builtIn("swiper", defaults, (self) => {
  const { host, props } = self;
  const track = h("div");
  const frame = h("div", {}, track);
  const dots = h("div", { "aria-hidden": "true" });
  host.append(frame, dots);

  let index = 0;
  /** Where the track stands, in items; it grows beyond their number while a circle is turned. */
  let offset = 0;
  let frameRequest = 0;
  let timer = 0;
  let held = false;
  let attached = false;
  /** Whether the item that the page wants has not come yet. */
  let waiting = true;

  const items = () => [...track.children].flatMap((child) => builtInOf(child)?.self ?? []);
  const shown = () => Math.max(1, Math.trunc(props.displayMultipleItems));
  const circular = () => props.circular && items().length > shown();
  const last = () => Math.max(0, items().length - (circular() ? 1 : shown()));
  const itemSize = () => (props.vertical ? frame.clientHeight : frame.clientWidth) / shown();
  const wrap = (number: number) => {
    const count = items().length;
    return circular() ? ((number % count) + count) % count : Math.max(0, Math.min(last(), number));
  };
  const itemId = () => String((items()[index]?.props as { itemId?: string } | undefined)?.itemId ?? "");

  /** Places the items around what is seen, and the track. */
  function layout(): void {
    const all = items();
    const axis = props.vertical ? "Y" : "X";
    const middle = offset + (shown() - 1) / 2;
    all.forEach((item, at) => {
      const place = circular() ? at + all.length * Math.round((middle - at) / all.length) : at;
      const size = `${props.vertical ? "height" : "width"}:${100 / shown()}% !important;`;
      item.style(`${size}transform:translate${axis}(${place * 100}%)`);
      const seen = circular()
        ? (at - index + all.length) % all.length < shown()
        : at >= index && at < index + shown();
      setAttribute(item.host, "aria-hidden", !seen && "true");
    });
    track.style.transform = `translate${axis}(${(-offset * 100) / shown()}%)`;
    while (dots.childElementCount > all.length) dots.lastElementChild?.remove();
    while (dots.childElementCount < all.length) dots.append(h("i"));
    [...dots.children].forEach((dot, at) => {
      const color = at === index ? props.indicatorActiveColor : props.indicatorColor;
      (dot as HTMLElement).style.background = color;
    });
    dots.hidden = !props.indicatorDots;
  }

  function moveTo(position: number, from: number): void {
    offset = position;
    layout();
    const moved = (position - from) * itemSize();
    self.emit("transition", props.vertical ? { dx: 0, dy: moved } : { dx: moved, dy: 0 });
  }

  function finish(source: Source): void {
    offset = index;
    layout();
    self.emit("animationfinish", { current: index, currentItemId: itemId(), source, dx: 0, dy: 0 });
  }

  /** Slides to a place; what is there becomes current at once. */
  function slide(target: number, source: Source): void {
    cancelAnimationFrame(frameRequest);
    const from = offset;
    const start = performance.now();
    const next = wrap(target);
    const changed = next !== index;
    if (source !== "") waiting = false;
    index = next;
    if (changed) self.emit("change", { current: index, currentItemId: itemId(), source });
    const easing = EASINGS[props.easingFunction] ?? EASINGS["default"];
    const step = () => {
      const time = props.duration > 0 ? Math.min(1, (performance.now() - start) / props.duration) : 1;
      moveTo(from + (target - from) * (easing?.(time) ?? time), from);
      if (time < 1) frameRequest = requestAnimationFrame(step);
      else finish(source);
    };
    if (!attached || from === target) finish(source);
    else step();
  }

  /** Goes to an item because the page says so: the nearer way round. */
  function go(to: number): void {
    const next = wrap(Math.trunc(to));
    if (next === index) return;
    const count = items().length;
    let way = next - index;
    if (circular() && Math.abs(way) > count / 2) way -= Math.sign(way) * count;
    slide(index + way, "");
  }

  function restart(): void {
    clearInterval(timer);
    if (!props.autoplay || !attached) return;
    timer = window.setInterval(
      () => {
        if (held || items().length <= shown()) return;
        slide(circular() || index < last() ? index + 1 : 0, "autoplay");
      },
      Math.max(16, props.interval),
    );
  }

  host.addEventListener("pointerdown", (press) => {
    if (!press.isPrimary || press.button !== 0 || items().length === 0) return;
    const watch = new AbortController();
    const { signal } = watch;
    const along = (event: PointerEvent) =>
      props.vertical ? event.clientY - press.clientY : event.clientX - press.clientX;
    const across = (event: PointerEvent) =>
      props.vertical ? event.clientX - press.clientX : event.clientY - press.clientY;
    let from = offset;
    let speed = 0;
    let seen = { at: press.timeStamp, distance: 0 };
    addEventListener(
      "pointermove",
      (move) => {
        const distance = along(move);
        if (!held) {
          if (Math.hypot(distance, across(move)) < SLOP) return;
          if (Math.abs(across(move)) > Math.abs(distance)) return watch.abort();
          held = true;
          cancelAnimationFrame(frameRequest);
          from = offset;
        }
        const passed = move.timeStamp - seen.at;
        if (passed > 0) speed = (distance - seen.distance) / passed;
        seen = { at: move.timeStamp, distance };
        let to = from - distance / itemSize();
        if (!circular()) to = Math.max(0, Math.min(last(), to));
        moveTo(to, index);
      },
      { signal },
    );
    const release = (end: PointerEvent) => {
      watch.abort();
      if (!held) return;
      held = false;
      swallowClick();
      if (end.timeStamp - seen.at > 100) speed = 0;
      const flick =
        Math.abs(speed) > FLICK ? (speed < 0 ? Math.ceil(offset) : Math.floor(offset)) : undefined;
      slide(flick ?? Math.round(offset), "touch");
      restart();
    };
    addEventListener("pointerup", release, { signal });
    addEventListener("pointercancel", release, { signal });
  });

  function place(): void {
    const margins = [length(props.previousMargin || 0), length(props.nextMargin || 0)];
    frame.style.inset = props.vertical ? `${margins[0]} 0 ${margins[1]}` : `0 ${margins[1]} 0 ${margins[0]}`;
    host.toggleAttribute("vertical", props.vertical);
  }

  const observer = new MutationObserver(() => {
    const wanted = wrap(waiting ? Math.trunc(props.current) : index);
    if (wanted !== index) index = offset = wanted;
    waiting &&= items().length <= props.current;
    layout();
  });

  return {
    slot: track,
    update(changed) {
      place();
      if (attached && changed.has("current")) {
        waiting = items().length <= props.current;
        go(props.current);
      }
      if (attached && changed.has("currentItemId") && props.currentItemId) {
        const at = items().findIndex(
          (item) => (item.props as { itemId?: string }).itemId === props.currentItemId,
        );
        if (at >= 0) go(at);
      }
      layout();
      if (changed.has("autoplay") || changed.has("interval")) restart();
    },
    attached() {
      const named = items().findIndex(
        (item) => props.currentItemId && (item.props as { itemId?: string }).itemId === props.currentItemId,
      );
      index = offset = wrap(named >= 0 ? named : props.current);
      waiting = items().length <= props.current;
      attached = true;
      observer.observe(track, { childList: true });
      layout();
      restart();
    },
    detached() {
      attached = false;
      observer.disconnect();
      cancelAnimationFrame(frameRequest);
      clearInterval(timer);
    },
  };
});

export const swiperItem = builtIn("swiper-item", { itemId: "" }, () => ({}));
