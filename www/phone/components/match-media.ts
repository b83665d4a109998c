/** `match-media`: content for screens of some sizes only. */
import { builtIn } from "./support/builtin";

const NONE = -1;
const defaults = {
  minWidth: NONE,
  maxWidth: NONE,
  width: NONE,
  minHeight: NONE,
  maxHeight: NONE,
  height: NONE,
  orientation: "",
};

export const matchMedia = builtIn("match-media", defaults, (self) => {
  const { props } = self;
  let list: MediaQueryList | undefined;
  const show = (): void => self.style(list?.matches === false ? "display:none !important" : "");

  return {
    update() {
      list?.removeEventListener("change", show);
      const size = (name: string, value: number): string => (value >= 0 ? `(${name}: ${value}px)` : "");
      list = window.matchMedia(
        [
          size("min-width", props.minWidth),
          size("max-width", props.maxWidth),
          size("width", props.width),
          size("min-height", props.minHeight),
          size("max-height", props.maxHeight),
          size("height", props.height),
          props.orientation && `(orientation: ${props.orientation})`,
        ]
          .filter(Boolean)
          .join(" and "),
      );
      list.addEventListener("change", show);
      show();
    },
    detached: () => list?.removeEventListener("change", show),
  };
});
