/** Sound that a page plays: inner audio, and the one background audio of an app. */
import type { Phone } from "../../phone";
import { emitters, subscription, type Api } from "../api";

const EVENTS = [
  "Canplay",
  "Play",
  "Pause",
  "Stop",
  "Ended",
  "TimeUpdate",
  "Error",
  "Waiting",
  "Seeking",
  "Seeked",
] as const;
type AudioEvent = (typeof EVENTS)[number];
/** The browser's events and the platform's. */
const NATIVE: Record<string, AudioEvent> = {
  canplay: "Canplay",
  play: "Play",
  pause: "Pause",
  ended: "Ended",
  timeupdate: "TimeUpdate",
  waiting: "Waiting",
  seeking: "Seeking",
  seeked: "Seeked",
};

export function audio(api: Api): void {
  const { phone } = api;
  const members =
    "src autoplay loop obeyMuteSwitch duration currentTime paused buffered volume startTime play pause stop seek destroy";
  const listening = EVENTS.flatMap((event) => [`on${event}`, `off${event}`]).join(" ");
  api.object("InnerAudioContext", `${members} ${listening}`);
  api.sync("createInnerAudioContext", `${members} ${listening}`, () => player(phone).context);

  let background: object | undefined;
  const extras = {
    title: "",
    epname: "",
    singer: "",
    coverImgUrl: "",
    webUrl: "",
    protocol: "http",
    audioPage: {},
  };
  const all = `${members} ${Object.keys(extras).join(" ")} ${listening} onNext offNext onPrev offPrev`;
  api.object("BackgroundAudioManager", all);
  api.sync("getBackgroundAudioManager", all, () => (background ??= backgroundManager(phone, extras)));
}

/** A player with the members of an `InnerAudioContext`. */
function player(phone: Phone) {
  const sound = new Audio();
  const { functions, emit } = emitters(...EVENTS);
  let source = "";
  let autoplay = false;
  let startTime = 0;
  let stopping = false;
  /** How far the sound is with a place that the page has asked for. */
  let seek: "" | "asked" | "begun" = "";
  const errorOf = (error: MediaError | Error | null): void =>
    emit("Error", {
      errMsg: error?.message || "the sound cannot be played",
      errCode: error instanceof MediaError && error.code === 2 ? 10002 : 10004,
    });
  for (const [native, event] of Object.entries(NATIVE)) {
    sound.addEventListener(native, () => {
      // To a browser the end is a pause as well; to a page it is not.
      if (event === "Pause" && sound.ended) return;
      // Nor is it told of the seeks with which a sound begins anew.
      if (event === "Seeking" && seek !== "asked") return;
      if (event === "Seeked" && seek !== "begun") return;
      if (event === "Seeking" || event === "Seeked") seek = event === "Seeking" ? "begun" : "";
      // What the browser calls a pause is the stop that was asked for.
      if (event !== "Pause" || !stopping) emit(event);
      else emit("Stop");
      if (event === "Pause") stopping = false;
    });
  }
  sound.addEventListener("error", () => source && errorOf(sound.error));
  const play = (): void => {
    if (sound.ended || sound.currentTime === 0) sound.currentTime = startTime;
    sound.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "AbortError") return;
      errorOf(error as Error);
    });
  };
  const context = {
    get src() {
      return source;
    },
    set src(path: string) {
      source = String(path);
      if (source) sound.src = phone.url(source);
      else sound.removeAttribute("src");
      if (autoplay && source) play();
    },
    get autoplay() {
      return autoplay;
    },
    set autoplay(wanted: boolean) {
      autoplay = Boolean(wanted);
      if (autoplay && source && sound.paused) play();
    },
    obeyMuteSwitch: true,
    get loop() {
      return sound.loop;
    },
    set loop(loop: boolean) {
      sound.loop = Boolean(loop);
    },
    get volume() {
      return sound.volume;
    },
    set volume(volume: number) {
      sound.volume = Math.min(1, Math.max(0, Number(volume) || 0));
    },
    get startTime() {
      return startTime;
    },
    set startTime(seconds: number) {
      startTime = Number(seconds) || 0;
    },
    get duration() {
      return Number.isFinite(sound.duration) ? sound.duration : 0;
    },
    get currentTime() {
      return sound.currentTime;
    },
    get paused() {
      return sound.paused;
    },
    get buffered() {
      return sound.buffered.length ? sound.buffered.end(sound.buffered.length - 1) : 0;
    },
    play,
    pause: () => sound.pause(),
    stop: () => {
      if (sound.paused) emit("Stop");
      else stopping = true;
      sound.pause();
      sound.currentTime = startTime;
    },
    seek: (seconds: number) => {
      seek = "asked";
      sound.currentTime = Number(seconds) || 0;
    },
    destroy: () => {
      source = "";
      sound.pause();
      sound.removeAttribute("src");
      for (const event of EVENTS) functions[`off${event}`]?.();
    },
    ...functions,
  };
  return { context, sound };
}

/** The manager plays as soon as it has a source, and is shown by the browser's own controls. */
function backgroundManager(phone: Phone, extras: Record<string, unknown>): object {
  const { context, sound } = player(phone);
  context.autoplay = true;
  // The buttons of what plays: the browser shows them while somebody listens.
  const button = (action: "nexttrack" | "previoustrack") => {
    const { on, off, listeners } = subscription((size) => {
      if ("mediaSession" in navigator)
        navigator.mediaSession.setActionHandler(action, size > 0 ? () => listeners.emit() : null);
    });
    return { on, off };
  };
  const [next, previous] = [button("nexttrack"), button("previoustrack")];
  const manager = Object.defineProperties(
    { ...extras, onNext: next.on, offNext: next.off, onPrev: previous.on, offPrev: previous.off },
    Object.getOwnPropertyDescriptors(context),
  ) as unknown as typeof context & { title: string; singer: string; coverImgUrl: string };
  sound.addEventListener("play", () => {
    if (!("mediaSession" in navigator)) return;
    const artwork = manager.coverImgUrl ? [{ src: phone.url(manager.coverImgUrl) }] : [];
    navigator.mediaSession.metadata = new MediaMetadata({
      title: manager.title,
      artist: manager.singer,
      artwork,
    });
  });
  return manager;
}
