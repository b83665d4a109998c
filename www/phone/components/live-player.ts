/**
 * `live-player`: what a browser can play of a live stream, which is what its `<video>` can: HTTP with
 * MP4, WebM, or HLS where the browser knows it. Others, `rtmp:` and FLV above all, end in an `error`
 * event and in words in the place of the picture.
 */
import type { QueryHooks } from ".";
import { builtIn } from "./support/builtin";
import { contextOf, h, setAttribute } from "./support/dom";
import { addFullscreen } from "./support/fullscreen";
import { unplayable } from "./support/unplayable";

const defaults = {
  src: "",
  autoplay: false,
  muted: false,
  orientation: "vertical",
  objectFit: "contain",
  signature: undefined as unknown,
  showCastingButton: false,
};

/** The `code` of `statechange`. */
const STARTED = 2004;
const ENDED = 2006;
const BUFFERING = 2007;
const FAILED = -2301;

export const livePlayer = builtIn("live-player", defaults, (self) => {
  const { host, props } = self;
  const player = h("video", { playsinline: true });
  const over = h("div");
  const note = h("small");
  host.append(player, note, over);
  (host as HTMLElement & { query?: QueryHooks }).query = contextOf(host, "createLivePlayerContext");
  addFullscreen(self, () => (props.orientation === "horizontal" ? -90 : 0));
  const state = (code: number) => self.emit("statechange", { code });

  player.addEventListener("playing", () => state(STARTED));
  player.addEventListener("waiting", () => state(BUFFERING));
  player.addEventListener("ended", () => state(ENDED));
  player.addEventListener("error", () => fail(player.error?.message || "the stream could not be played"));
  host.addEventListener("fullscreenchange", () => {
    const fullScreen = document.fullscreenElement !== null;
    self.emit("fullscreenchange", { fullScreen, direction: props.orientation });
  });

  function fail(reason: string): void {
    note.textContent = reason;
    state(FAILED);
    self.emit("error", { errMsg: reason, errNo: 10103, errCode: FAILED });
  }

  function load(): void {
    player.removeAttribute("src");
    note.textContent = "";
    if (!props.src) return;
    const why = unplayable(player, self.url(props.src));
    if (why) return fail(why);
    player.src = self.url(props.src);
  }

  return {
    slot: over,
    update(changed) {
      player.autoplay = props.autoplay;
      if (changed.has("muted")) player.muted = props.muted;
      player.style.objectFit = props.objectFit === "fillCrop" ? "cover" : "contain";
      setAttribute(host, "orientation", props.orientation);
      // Errors are told to listeners, which a page gets only after the element is made.
      if (changed.has("src")) queueMicrotask(load);
    },
    detached: () => player.pause(),
  };
});
