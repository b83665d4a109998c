/**
 * Content that leaves its place: `root-portal` shows it at the root of the page, `page-container` in a
 * sheet over the page, which goes when the user goes back.
 */
import { builtIn } from "./support/builtin";
import { ownCss } from "./support/css";
import { h } from "./support/dom";

/** Where what leaves its place is put: the page's own element, so that the page's styles reach it. */
const rootOf = (host: HTMLElement): Element => host.closest("tt-page") ?? host;

export const rootPortal = builtIn("root-portal", { enable: true }, ({ host, props }) => {
  const content = h("div");
  const place = (): void => (props.enable ? rootOf(host) : host).append(content);
  return {
    slot: content,
    update: () => host.isConnected && place(),
    attached: place,
    detached: () => content.remove(),
  };
});

const defaults = {
  show: false,
  duration: 300,
  zIndex: 100,
  overlay: true,
  position: "bottom",
  round: false,
  closeOnSlideDown: false,
  overlayStyle: "",
  customStyle: "",
};

export const pageContainer = builtIn("page-container", defaults, (self) => {
  const { host, props } = self;
  const overlay = h("i");
  const content = h("div");
  const box = h("div", { class: "tt-page-container", hidden: true }, overlay, content);
  let shown = false;
  let timer = 0;

  overlay.addEventListener("click", () => {
    self.emit("clickoverlay");
    change(false);
  });
  let from = 0;
  content.addEventListener("pointerdown", (event) => void (from = event.clientY));
  content.addEventListener("pointerup", (event) => {
    if (props.closeOnSlideDown && event.clientY - from > 50) change(false);
  });

  function change(show: boolean): void {
    if (shown === show) return;
    shown = show;
    const [before, now, after] = show
      ? ["beforeenter", "enter", "afterenter"]
      : ["beforeleave", "leave", "afterleave"];
    self.emit(before as string);
    if (show) box.hidden = false;
    // The place it starts from has to be laid out before it moves.
    void box.offsetHeight;
    box.toggleAttribute("shown", show);
    self.emit(now as string);
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      box.hidden = !show;
      self.emit(after as string);
    }, props.duration);
  }
  /** Who goes back leaves the sheet, not the page. */
  function back(event: Event): void {
    if (!shown) return;
    event.preventDefault();
    change(false);
  }

  let page: Element | null = null;
  return {
    slot: content,
    update(changed) {
      box.setAttribute("position", props.position);
      box.toggleAttribute("round", props.round);
      box.style.cssText = `z-index:${props.zIndex};--duration:${props.duration}ms`;
      overlay.hidden = !props.overlay;
      overlay.style.cssText = ownCss(self.component, props.overlayStyle);
      content.style.cssText = ownCss(self.component, props.customStyle);
      // A page listens only after the element is made.
      if (changed.has("show")) queueMicrotask(() => change(props.show));
    },
    attached() {
      rootOf(host).append(box);
      page = host.closest("phone-page");
      page?.addEventListener("back", back);
    },
    detached() {
      clearTimeout(timer);
      page?.removeEventListener("back", back);
      box.remove();
    },
  };
});
