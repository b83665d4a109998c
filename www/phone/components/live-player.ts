/**
 * `live-player`: HLS, FLV and MPEG-TS over HTTP, and what else a browser's `<video>` can. Others,
 * `rtmp:` above all, end in an `error` event and in words in the place of the picture.
 */
import type { QueryHooks } from ".";
import { builtIn } from "./support/builtin";
import { contextOf, h, setAttribute } from "./support/dom";
import { addFullscreen, type PlayerElement } from "./support/fullscreen";
import { playSource } from "./support/source";

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
const RETRYING = 2103;
const FAILED = -2301;

export const livePlayer = builtIn("live-player", defaults, (self) => {
  const { host, phone, props } = self;
  const player = h("video", { playsinline: true });
  const over = h("div");
  const note = h("small");
  host.append(player, note, over);
  (host as HTMLElement & { query?: QueryHooks }).query = contextOf(host, "createLivePlayerContext");
  (host as PlayerElement).stop = stop;
  addFullscreen(self, () => (props.orientation === "horizontal" ? -90 : 0));
  const state = (code: number) => self.emit("statechange", { code });
  /** Ends what is played. */
  let end: (() => void) | undefined;
  let isOver = false;
  /** Whether it is to play; a player that is given a source forgets that. */
  let wanted = false;
  let autoplay = false;
  let wasDetached = false;

  player.addEventListener("playing", () => state(STARTED));
  player.addEventListener("waiting", () => {
    // Before there is anything to play nothing is held up.
    if (end) state(BUFFERING);
  });
  player.addEventListener("ended", () => {
    isOver = true;
    state(ENDED);
  });
  player.addEventListener("play", () => {
    // A broadcast goes on now, not where it ended.
    if (props.src && (!end || isOver)) begin();
    wanted = end !== undefined;
  });
  player.addEventListener("pause", () => (wanted = autoplay = false));
  player.addEventListener("loadstart", () => {
    if (wanted && player.paused) void player.play().catch(() => {});
  });
  // A browser by itself starts only what is in sight.
  player.addEventListener("canplay", () => {
    if (autoplay && player.paused) void player.play().catch(() => {});
    autoplay = false;
  });
  host.addEventListener("fullscreenchange", () => {
    const fullScreen = document.fullscreenElement !== null;
    self.emit("fullscreenchange", { fullScreen, direction: props.orientation });
  });

  function stop(): void {
    end?.();
    end = undefined;
    isOver = wanted = autoplay = false;
    note.textContent = "";
  }

  function begin(): void {
    stop();
    if (!props.src) return;
    autoplay = props.autoplay;
    end = playSource(phone, player, self.url(props.src), true, {
      retrying: () => state(RETRYING),
      failed(reason) {
        stop();
        note.textContent = reason;
        state(FAILED);
        self.emit("error", { errMsg: reason, errNo: 10103, errCode: FAILED });
      },
    });
  }

  return {
    slot: over,
    update(changed) {
      player.autoplay = props.autoplay;
      if (changed.has("muted")) player.muted = props.muted;
      player.style.objectFit = props.objectFit === "fillCrop" ? "cover" : "contain";
      setAttribute(host, "orientation", props.orientation);
      if (changed.has("src")) begin();
    },
    attached() {
      if (wasDetached) begin();
      wasDetached = false;
    },
    detached() {
      wasDetached = true;
      stop();
    },
  };
});
