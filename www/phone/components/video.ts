/** `video`: the browser's player in a box that a page's views can lie over. */
import type { QueryHooks } from ".";
import { builtIn } from "./support/builtin";
import { contextOf, drawing, h, setAttribute } from "./support/dom";
import { addFullscreen } from "./support/fullscreen";
import { playSource } from "./support/source";

const defaults = {
  src: "",
  definition: undefined as unknown,
  poster: "",
  autoplay: false,
  loop: false,
  muted: false,
  controls: true,
  showFullscreenBtn: true,
  showPlayBtn: true,
  objectFit: "contain",
  playBtnPosition: "center",
  showMuteBtn: false,
  showPlaybackRateBtn: false,
  enablePlayGesture: false,
  /** Seconds. */
  initialTime: 0,
  direction: -90,
  // Of phones; a browser has nothing like it.
  vslideGesture: false,
  vslideGestureInFullscreen: true,
  enableProgressGesture: false,
  enablePlayInBackground: false,
  signature: undefined as unknown,
  showScreenLockButton: false,
  preRollUnitId: "",
  postRollUnitId: "",
};

/** A list of qualities, of which one is played. */
interface Definition {
  default?: string | number;
  list?: { definition?: string | number; name?: string; url?: string; src?: string }[];
  [name: string]: unknown;
}

export const video = builtIn("video", defaults, (self) => {
  const { host, phone, props } = self;
  const player = h("video", { playsinline: true, preload: "metadata", tabindex: 0 });
  const play = h("button", { type: "button", "aria-label": "Play" }, drawing("M8 5v14l11-7z"));
  const over = h("div");
  const note = h("small");
  host.append(player, note, over, play);
  (host as HTMLElement & { query?: QueryHooks }).query = contextOf(host, "createVideoContext");
  addFullscreen(self, () => props.direction);
  /** Ends what is played. */
  let end: (() => void) | undefined;
  let wasDetached = false;
  let started = false;
  let blocked = false;
  let toldTime = -1;
  let muted = false;
  const first = () => ({
    width: player.videoWidth,
    height: player.videoHeight,
    duration: player.duration || 0,
  });

  play.addEventListener("click", (event) => {
    event.stopPropagation();
    self.emit("controltap", { controlType: "centerPlayBtn" });
    void player.play().catch(() => {});
  });
  player.addEventListener("play", () => {
    started = true;
    show();
    self.emit("play");
  });
  // A browser that has not been touched yet keeps sound from playing by itself.
  player.addEventListener("canplay", () => {
    if (!props.autoplay || !player.paused || started) return;
    player.play().catch(() => {
      blocked = true;
      show();
    });
  });
  player.addEventListener("pause", () => {
    if (!player.ended) self.emit("pause");
  });
  player.addEventListener("ended", () => self.emit("ended"));
  player.addEventListener("waiting", () => self.emit("waiting"));
  player.addEventListener("timeupdate", () => {
    const currentTime = player.currentTime;
    if (currentTime === toldTime) return;
    toldTime = currentTime;
    self.emit("timeupdate", { currentTime, duration: player.duration || 0 });
  });
  player.addEventListener("progress", () => {
    const { buffered, duration } = player;
    if (buffered.length === 0 || !duration) return;
    self.emit("progress", { buffered: Math.round((100 * buffered.end(buffered.length - 1)) / duration) });
  });
  player.addEventListener("loadedmetadata", () => {
    if (props.initialTime > 0) player.currentTime = props.initialTime;
    self.emit("loadedmetadata", first());
  });
  player.addEventListener("seeked", () => self.emit("seekcomplete", { position: player.currentTime }));
  player.addEventListener("ratechange", () =>
    self.emit("playbackratechange", { playbackRate: String(player.playbackRate) }),
  );
  player.addEventListener("volumechange", () => {
    if (player.muted === muted) return;
    muted = player.muted;
    self.emit("mutechange", { isMuted: muted });
  });
  function fail(errMsg: string, code: number = MediaError.MEDIA_ERR_SRC_NOT_SUPPORTED): void {
    note.textContent = errMsg;
    show();
    self.emit("error", { errMsg, errNo: code, errCode: code });
  }
  player.addEventListener("dblclick", () => {
    if (!props.enablePlayGesture) return;
    if (player.paused) void player.play().catch(() => {});
    else player.pause();
  });
  host.addEventListener("fullscreenchange", fullscreenChanged);
  function fullscreenChanged(): void {
    const fullScreen = document.fullscreenElement !== null;
    const wide = player.videoWidth >= player.videoHeight;
    self.emit("fullscreenchange", { fullScreen, direction: fullScreen && wide ? "horizontal" : "vertical" });
  }

  function show(): void {
    player.controls = props.controls && (started || props.playBtnPosition === "bottom");
    play.hidden =
      started ||
      note.textContent !== "" ||
      !props.controls ||
      props.playBtnPosition !== "center" ||
      (props.autoplay && !blocked);
  }

  function source(): string {
    const { default: chosen, list } = (props.definition ?? {}) as Definition;
    const found = list?.find((each) => (each.definition ?? each.name) === chosen) ?? list?.[0];
    return found?.url ?? found?.src ?? props.src;
  }

  function load(): void {
    end?.();
    started = false;
    note.textContent = "";
    const src = source();
    end = src ? playSource(phone, player, self.url(src), false, { failed: fail }) : undefined;
  }

  return {
    slot: over,
    update(changed) {
      if (changed.has("src") || changed.has("definition")) load();
      if (changed.has("muted")) {
        // How it begins is no change.
        if (!host.isConnected) muted = props.muted;
        player.muted = props.muted;
      }
      player.autoplay = props.autoplay;
      player.loop = props.loop;
      player.disablePictureInPicture = true;
      setAttribute(player, "poster", props.poster ? self.url(props.poster) : undefined);
      setAttribute(
        player,
        "controlslist",
        [
          "nodownload",
          "noremoteplayback",
          !props.showFullscreenBtn && "nofullscreen",
          !props.showPlaybackRateBtn && "noplaybackrate",
        ]
          .filter(Boolean)
          .join(" "),
      );
      player.style.objectFit = { fill: "fill", cover: "cover" }[props.objectFit] ?? "contain";
      show();
    },
    attached() {
      if (wasDetached) load();
      wasDetached = false;
    },
    detached() {
      wasDetached = true;
      player.pause();
      end?.();
    },
  };
});
