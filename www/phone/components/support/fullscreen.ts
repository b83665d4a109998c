/** A player over the whole screen of its phone, where a browser would take the screen of the desk. */
import type { BuiltIn } from "./builtin";
import { drawing, h } from "./dom";

/** What contexts act on. */
export type PlayerElement = HTMLElement & {
  fullScreen?(on: boolean, direction?: number): void;
  /** Of a `live-player`: ends its stream; to play is to begin anew. */
  stop?(): void;
};

/** `turn` is how many degrees the screen turns where nobody says it: 0, 90 or -90. */
export function addFullscreen(self: BuiltIn, turn: () => number): void {
  const { host, phone } = self;
  const leave = h(
    "button",
    { type: "button", class: "tt-leave", "aria-label": "Leave full screen" },
    drawing("M4 4l16 16M20 4L4 20"),
  );
  leave.addEventListener("click", (event) => {
    event.stopPropagation();
    show(false);
  });
  let end = (): void => {};

  function show(on: boolean, direction = turn()): void {
    if (on === host.hasAttribute("popover") || !host.isConnected) return;
    if (on) {
      host.popover = "manual";
      host.setAttribute("turned", String(direction));
      host.append(leave);
      host.showPopover();
      end = phone.on("route", () => show(false));
    } else {
      end();
      leave.remove();
      host.removeAttribute("popover");
    }
    self.emit("fullscreenchange", {
      fullScreen: on,
      direction: on && direction % 180 !== 0 ? "horizontal" : "vertical",
    });
  }
  (host as PlayerElement).fullScreen = show;
}
