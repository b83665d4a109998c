/** `view` and what is no more than one: blocks that can show that they are pressed. */
import { builtIn } from "./support/builtin";
import { addHover, type HoverProps, hoverProps } from "./support/hover";
import { takeOver } from "./support/dom";

const defaults: HoverProps = hoverProps("none", 50, 400);

export const view = builtIn("view", defaults, (self) => {
  // Most views are never pressed; only the others cost listeners.
  let listening = false;
  return {
    update() {
      if (listening || (self.props.hoverClass === "none" && !self.props.hoverStopPropagation)) return;
      listening = true;
      addHover(self);
    },
  };
});

/** Not of the platform, but pages made for its relatives have it. */
export const coverView = builtIn("cover-view", { ...defaults, scrollTop: 0 }, (self) => {
  takeOver(self.host, "scroll", () => {});
  return {
    update(changed) {
      if (changed.has("scrollTop") && self.props.scrollTop > 0) scroll();
    },
    attached: scroll,
  };
  function scroll(): void {
    self.host.scrollTop = self.props.scrollTop;
  }
});
