/** `scroll-view`: the element itself scrolls; an area above its children is pulled out to refresh. */
import { builtIn } from "./support/builtin";
import { h, setAttribute } from "./support/dom";

const defaults = {
  scrollX: false,
  scrollY: false,
  scrollWithAnimation: false,
  /** Distances in pixels from an end at which it counts as reached. */
  upperThreshold: 50,
  lowerThreshold: 50,
  scrollTop: undefined as unknown,
  scrollLeft: undefined as unknown,
  scrollIntoView: "",
  refresherEnabled: false,
  refresherDefaultStyle: "black",
  refresherBackground: "#fff",
  /** In pixels. */
  refresherThreshold: 55,
  refresherTriggered: false,
  enhanced: false,
  bounces: true,
};
const PLACES = ["scrollIntoView", "scrollTop", "scrollLeft"] as const;

export const scrollView = builtIn("scroll-view", defaults, (self) => {
  const { host, props } = self;
  const refresher = h("div", { "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  let left = 0;
  let top = 0;
  /** The ends that are reached, so that each is told once, with the way to them: a longer one has a new end. */
  const reached = new Map<string, number>();

  host.addEventListener("scroll", () => {
    const { scrollLeft, scrollTop, scrollHeight, scrollWidth } = host;
    const deltaX = left - scrollLeft;
    const deltaY = top - scrollTop;
    left = scrollLeft;
    top = scrollTop;
    host.toggleAttribute("scrolled", scrollTop > 0);
    self.emit("scroll", { scrollLeft, scrollTop, scrollHeight, scrollWidth, deltaX, deltaY });
    if (props.scrollY) ends("top", "bottom", scrollTop, scrollHeight - host.clientHeight, deltaY);
    if (props.scrollX) ends("left", "right", scrollLeft, scrollWidth - host.clientWidth, deltaX);
  });

  function ends(upper: string, lower: string, at: number, last: number, delta: number): void {
    end(upper, "scrolltoupper", 0, at <= props.upperThreshold, delta > 0);
    end(lower, "scrolltolower", last, last - at <= props.lowerThreshold + 0.5, delta < 0);
  }
  function end(direction: string, event: string, way: number, inside: boolean, towards: boolean): void {
    if (!inside) reached.delete(direction);
    else if (towards && reached.get(direction) !== way) {
      reached.set(direction, way);
      self.emit(event, { direction });
    }
  }

  function place(changed: { has(name: keyof typeof defaults): boolean }): void {
    const behavior = props.scrollWithAnimation ? "smooth" : "instant";
    const child =
      changed.has("scrollIntoView") && props.scrollIntoView
        ? host.querySelector(`#${CSS.escape(props.scrollIntoView)}`)
        : null;
    if (child) {
      const box = child.getBoundingClientRect();
      const frame = host.getBoundingClientRect();
      host.scrollTo({
        behavior,
        top: props.scrollY ? host.scrollTop + box.top - frame.top : undefined,
        left: props.scrollX ? host.scrollLeft + box.left - frame.left : undefined,
      });
      return;
    }
    const to = (name: "scrollTop" | "scrollLeft") =>
      changed.has(name) && Number.isFinite(parseFloat(String(props[name])))
        ? parseFloat(String(props[name]))
        : undefined;
    const [newTop, newLeft] = [to("scrollTop"), to("scrollLeft")];
    if (newTop !== undefined || newLeft !== undefined)
      host.scrollTo({ behavior, top: newTop, left: newLeft });
  }

  // Pulling: from a press at the top, as far as the finger moves down.
  let pulled = 0;
  let refreshing = false;
  const threshold = () => (props.refresherDefaultStyle === "none" ? props.refresherThreshold : 55);

  function pull(distance: number, animated: boolean): void {
    pulled = distance;
    refresher.toggleAttribute("animated", animated);
    refresher.style.height = `${distance}px`;
  }
  function rest(event: "refresherrestore" | "refresherabort"): void {
    refreshing = false;
    if (pulled === 0) return;
    const dy = pulled;
    pull(0, true);
    self.emit(event, { dy: event === "refresherabort" ? dy : 0 });
  }
  function refresh(): void {
    if (refreshing) return;
    refreshing = true;
    pull(threshold(), true);
    self.emit("refresherrefresh", { dy: pulled });
  }
  host.addEventListener("pointerdown", (press) => {
    if (!props.refresherEnabled || refreshing || host.scrollTop > 0 || !press.isPrimary) return;
    const watch = new AbortController();
    const { signal } = watch;
    const move = (event: PointerEvent) => {
      // Fingers move twice as far as what they pull.
      const distance = Math.max(0, (event.clientY - press.clientY) / 2);
      if (distance === 0 && pulled === 0) return;
      pull(distance, false);
      self.emit("refresherpulling", { dy: distance });
    };
    const release = () => {
      watch.abort();
      if (pulled >= threshold()) refresh();
      else rest("refresherabort");
    };
    addEventListener("pointermove", move, { signal });
    addEventListener("pointerup", release, { signal });
    addEventListener("pointercancel", release, { signal });
  });

  let attached = false;
  /** What the page has changed since the element was placed. */
  const wanted = new Set<keyof typeof defaults>();
  return {
    update(changed) {
      setAttribute(host, "scroll-x", props.scrollX);
      setAttribute(host, "scroll-y", props.scrollY);
      setAttribute(host, "pulls", props.refresherEnabled);
      if (props.refresherEnabled) host.prepend(refresher);
      else refresher.remove();
      refresher.style.background = props.refresherBackground;
      setAttribute(refresher, "look", props.refresherDefaultStyle);
      if (!attached) return;
      if (wanted.size === 0) {
        // What it is to show may come with the same `setData`, as the last message of a chat does.
        queueMicrotask(() => {
          place(wanted);
          wanted.clear();
        });
      }
      for (const name of PLACES) if (changed.has(name)) wanted.add(name);
      if (changed.has("refresherTriggered")) {
        if (props.refresherTriggered) refresh();
        else rest("refresherrestore");
      }
    },
    attached() {
      attached = true;
      // The children are there, but perhaps not yet laid out.
      requestAnimationFrame(() => place({ has: () => true }));
      if (props.refresherTriggered) refresh();
    },
  };
});
