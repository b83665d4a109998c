/** Contexts of `video` and `live-player`: they act on the component's own `<video>`. */
import type { PlayerElement } from "../../components/support/fullscreen";
import type { Phone } from "../../phone";
import type { Api } from "../api";
import { volume, waterMark } from "./context-methods";
import { findById } from "./elements";

const VIDEO =
  "play pause stop seek requestFullScreen exitFullScreen playbackRate setMediaVolume getMediaVolume setWaterMark";
const LIVE = "direction play stop mute unmute pause resume requestFullScreen exitFullScreen setWaterMark";

export function players(api: Api): void {
  const { phone } = api;
  api.object("VideoContext", VIDEO);
  api.sync("createVideoContext", VIDEO, (id: string | HTMLElement, component?: unknown) => {
    const { play, pause, stop, requestFullScreen, exitFullScreen, on } = controls(
      phone,
      "video",
      id,
      component,
    );
    return {
      play,
      pause,
      stop,
      seek: (seconds: number) => on((video) => void (video.currentTime = Number(seconds) || 0)),
      playbackRate: (rate: number) => on((video) => void (video.playbackRate = Number(rate) || 1)),
      requestFullScreen,
      exitFullScreen,
      ...volume(api, on),
      ...waterMark(api, on),
    };
  });
  api.object("LivePlayerContext", LIVE);
  api.sync("createLivePlayerContext", LIVE, (id: string | HTMLElement, component?: unknown) => {
    const { play, pause, requestFullScreen, exitFullScreen, on } = controls(
      phone,
      "live-player",
      id,
      component,
    );
    return {
      direction: 0,
      play,
      pause,
      resume: play,
      stop: () => on((video) => (video.parentElement as PlayerElement).stop?.()),
      mute: () => on((video) => void (video.muted = true)),
      unmute: () => on((video) => void (video.muted = false)),
      requestFullScreen,
      exitFullScreen,
      ...waterMark(api, on),
    };
  });
  api.async<{ src: string }>("prerenderVideo", { src: "string", size: "any?" }, "", ({ src }) => {
    // In no document; what it loads stays in the browser's cache for the component.
    const video = document.createElement("video");
    video.preload = "auto";
    video.muted = true;
    video.src = phone.url(src);
  });
}

function controls(phone: Phone, tag: string, id: string | HTMLElement, component: unknown) {
  /** Acts on the video if the component is there; a context of one that is not does nothing, as on the platform. */
  const on = (act: (video: HTMLVideoElement) => void): void => {
    const video = findById(phone, tag, id, component)?.querySelector("video");
    if (video) act(video);
    else console.warn(`There is no ${tag} with the id "${String(id)}" here.`);
  };
  return {
    on,
    play: () =>
      on(
        (video) =>
          void video.play().catch((error: Error) => {
            // Another source, or `pause`, before it began: a phone says nothing of that.
            if (error.name !== "AbortError") console.warn(`${tag}.play: ${error.message}`);
          }),
      ),
    pause: () => on((video) => video.pause()),
    stop: () =>
      on((video) => {
        video.pause();
        video.currentTime = 0;
      }),
    requestFullScreen: (options?: { direction?: number }) =>
      on((video) => (video.parentElement as PlayerElement).fullScreen?.(true, options?.direction)),
    exitFullScreen: () =>
      on((video) => {
        (video.parentElement as PlayerElement).fullScreen?.(false);
        // Its user may have opened the browser's own, and may be leaving it right now.
        if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
      }),
  };
}
