/** Live streams in one endless answer: FLV and MPEG-TS over HTTP, which no browser plays by itself. */
import mpegts from "mpegts.js";
import type { StreamEvents, StreamSource } from "../shared/stream";
import { loaderFor } from "./loader";

/** How often a stream that broke off is asked for again before it is given up, in a row. */
const TRIES = 3;
/** Before the first of these tries; the next waits twice as long. In milliseconds. */
const PAUSE = 500;
/** How far a live stream may be behind after a pause or a stall, and to where it is then taken. In seconds. */
const LATEST = 3;
const EDGE = 0.5;

// What goes wrong is told by events.
mpegts.LoggingControl.applyConfig({ enableAll: false });

export const isSupported = (): boolean => mpegts.isSupported();

export function play(player: HTMLVideoElement, source: StreamSource, events: StreamEvents): () => void {
  let tries = 0;
  let timer = 0;
  let stop = start();

  function start(): () => void {
    let isFile = false;
    let began = false;
    const failed = (reason: string): void => events.failed(`the stream cannot be played: ${reason}`);
    const customLoader = loaderFor({
      request: () => events.request(source.url),
      answered: (hasLength) => (isFile = hasLength),
      damaged: (error) => failed(String(error)),
    });
    const engine = mpegts.createPlayer(
      { type: source.format === "flv" ? "flv" : "mpegts", url: source.url, isLive: true },
      { autoCleanupSourceBuffer: true, customLoader },
    );
    engine.on(mpegts.Events.MEDIA_INFO, () => (tries = 0));
    engine.on(mpegts.Events.ERROR, (type: string, details: string, info: { code: number; msg: string }) => {
      if (type !== mpegts.ErrorTypes.NETWORK_ERROR) {
        return failed(
          details === mpegts.ErrorDetails.MEDIA_CODEC_UNSUPPORTED
            ? "this browser cannot play its codecs"
            : info.msg,
        );
      }
      // A server that refuses goes on refusing.
      const isRefused = info.code >= 400 && info.code < 500;
      if (isRefused || tries === TRIES) return events.failed(info.msg);
      events.retrying();
      timer = window.setTimeout(
        () => {
          stop();
          stop = start();
        },
        PAUSE * 2 ** tries,
      );
      tries += 1;
    });
    const broken = (): void => failed(player.error?.message || "its data are damaged");
    const catchUp = (): void => {
      const { buffered, currentTime } = player;
      const newest = buffered.length > 0 ? buffered.end(buffered.length - 1) : 0;
      if (began && !isFile && newest - currentTime > LATEST) player.currentTime = newest - EDGE;
      began = true;
    };
    player.addEventListener("error", broken);
    if (source.live) player.addEventListener("playing", catchUp);
    engine.attachMediaElement(player);
    engine.load();
    return () => {
      player.removeEventListener("error", broken);
      player.removeEventListener("playing", catchUp);
      engine.destroy();
    };
  }

  return () => {
    clearTimeout(timer);
    stop();
  };
}
