/** HTTP Live Streaming, for browsers whose own player does not know it. */
import Hls, { ErrorTypes, Events } from "hls.js";
import type { ErrorData, LoaderCallbacks, LoaderConfiguration, LoaderContext } from "hls.js";
import { requestFailure, type StreamEvents, type StreamSource } from "../shared/stream";

export const isSupported = (): boolean => Hls.isSupported();

export function play(player: HTMLVideoElement, source: StreamSource, events: StreamEvents): () => void {
  class ReportingLoader extends Hls.DefaultConfig.loader {
    override load(
      context: LoaderContext,
      config: LoaderConfiguration,
      callbacks: LoaderCallbacks<LoaderContext>,
    ): void {
      const end = events.request(context.url);
      super.load(context, config, {
        ...callbacks,
        onSuccess(response, ...rest) {
          end({ status: response.code ?? 200 });
          callbacks.onSuccess(response, ...rest);
        },
        onError(error, ...rest) {
          end({ status: error.code, error: requestFailure(error.code) });
          callbacks.onError(error, ...rest);
        },
        onTimeout(...rest) {
          end({ status: 0, error: "the server took too long" });
          callbacks.onTimeout(...rest);
        },
        onAbort(...rest) {
          end({ status: 0, error: "abort" });
          callbacks.onAbort?.(...rest);
        },
      });
    }
  }
  const hls = new Hls({
    loader: ReportingLoader,
    // Its worker is a script from a blob, and all that it would take off this thread is small.
    enableWorker: false,
    // What lies behind is of no use in a broadcast, and a page may leave it on for hours.
    backBufferLength: source.live ? 30 : 90,
  });
  let recovered = false;
  hls.on(Events.ERROR, (_, data) => {
    if (!data.fatal) {
      if (data.type === ErrorTypes.NETWORK_ERROR) events.retrying();
    } else if (data.type === ErrorTypes.MEDIA_ERROR && isDamage(data)) {
      recover(reason(data));
    } else {
      events.failed(reason(data));
    }
  });
  function recover(reason: string): void {
    // Once: a stream that is damaged as a whole would have it go on for ever.
    if (recovered) return events.failed(reason);
    recovered = true;
    hls.recoverMediaError();
  }
  const broken = (): void =>
    recover(`the stream cannot be played: ${player.error?.message || "its data are damaged"}`);
  const resume = (): void => {
    const edge = hls.liveSyncPosition;
    if (source.live && hls.latestLevelDetails?.live && edge !== null && edge > player.currentTime)
      player.currentTime = edge;
  };
  player.addEventListener("play", resume);
  player.addEventListener("error", broken);
  hls.loadSource(source.url);
  hls.attachMedia(player);
  return () => {
    player.removeEventListener("play", resume);
    player.removeEventListener("error", broken);
    hls.destroy();
  };
}

/** Whether the bytes are at fault, of a format that this browser plays. */
function isDamage({ details }: ErrorData): boolean {
  return !/Codec|manifest/i.test(details);
}

function reason({ type, details, error, response }: ErrorData): string {
  if (type === ErrorTypes.NETWORK_ERROR && !/Parsing|Empty/.test(details))
    return requestFailure(response?.code ?? 0);
  const codec = /Codec/i.test(details) ? "this browser cannot play its codecs" : error.message;
  return `the stream cannot be played: ${codec || details}`;
}
