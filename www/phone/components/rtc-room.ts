/**
 * `rtc-room`: a user's picture in a call. The library's element of the same name shows it; here it is
 * given the component's box, and its `error` becomes one of the page.
 */
import { builtIn } from "./support/builtin";
import { setAttribute } from "./support/dom";

const defaults = { userId: "", mode: "camera", devicePosition: "front" };

/** Height in pixels where nothing around the element has one; that of the other native components. */
const HEIGHT = 225;

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
    const wish = ruled === "fill" ? "" : ruled;
    if (room.video) room.video.style.objectFit = wish;
  }

  /** A percentage of a box that has only a least height, or none, is nothing; a picture is to be seen there all the same. */
  const sizes = new ResizeObserver(() => requestAnimationFrame(size));
  function size(): void {
    if (host.clientHeight > 0 || host.getClientRects().length === 0 || host.hasAttribute("boxed")) return;
    host.style.setProperty("--box", `${host.parentElement?.clientHeight || HEIGHT}px`);
    host.toggleAttribute("boxed", true);
  }

  return {
    slot: over,
    update() {
      setAttribute(room, "user-id", props.userId);
      setAttribute(room, "mode", props.mode);
      setAttribute(room, "device-position", props.devicePosition);
      fit();
    },
    attached() {
      fit();
      sizes.observe(host);
    },
    detached: () => sizes.disconnect(),
  };
});
