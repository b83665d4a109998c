/**
 * `rtc-room`: a user's picture in a call. The library's element of the same name shows it; here it is
 * given the component's box, and its `error` becomes one of the page.
 */
import { builtIn } from "./support/builtin";
import { setAttribute } from "./support/dom";

const defaults = { userId: "", mode: "camera", devicePosition: "front", objectFit: "" };

/** What the library's element has beside an element's. */
interface RtcRoom extends HTMLElement {
  video?: HTMLVideoElement;
}

export const rtcRoom = builtIn("rtc-room", defaults, (self) => {
  const { host, props } = self;
  const room = document.createElement("rtc-room") as RtcRoom;
  const over = document.createElement("div");
  host.append(room, over);
  room.addEventListener("error", (event) => {
    const { errNo, errMsg } = (event as Event as CustomEvent<{ errNo: number; errMsg: string }>).detail;
    // The element checks itself when it comes into the page, which may be before the page listens.
    queueMicrotask(() => self.emit("error", { errNo, errMsg }));
  });

  /** The picture fills its box, or does what a page's CSS says of the component. */
  function fit(): void {
    const ruled = getComputedStyle(host).objectFit;
    const wish = props.objectFit || (ruled === "fill" ? "" : ruled);
    if (room.video) room.video.style.objectFit = wish;
  }

  return {
    slot: over,
    update() {
      setAttribute(room, "user-id", props.userId);
      setAttribute(room, "mode", props.mode);
      setAttribute(room, "device-position", props.devicePosition);
      fit();
    },
    attached: fit,
  };
});
