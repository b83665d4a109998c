/** `view` and what is no more than one: blocks that can show that they are pressed. */
import { builtIn } from "./support/builtin";
import { pixels } from "./support/css";
import { addHover, type HoverProps, hoverProps } from "./support/hover";

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

/** Dims all of the page, and takes what is tapped on it; the platform lists it and shows it in its examples. */
export const mask = builtIn("mask", {}, () => ({}));

/** What moves on the way to another page, on a phone; here it stays. Not of Douyin. */
export const shareElement = builtIn(
  "share-element",
  { key: "", transform: false, duration: 300, easingFunction: "ease-out" },
  () => ({}),
);

/** Not of the platform, but pages made for its relatives have it. */
export const coverView = builtIn("cover-view", { scrollTop: 0 as string | number }, ({ host, props }) => {
  const scroll = () => void (host.scrollTop = pixels(props.scrollTop));
  return { update: (changed) => changed.has("scrollTop") && scroll(), attached: scroll };
});
