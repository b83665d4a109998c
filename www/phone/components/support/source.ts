/**
 * What `video` and `live-player` play: the browser's player, and for streams that it does not know a
 * library, which is loaded then. It reads the stream as a script does, so the stream's server has to
 * allow that (CORS), as the platform says of `live-player`. The list of domains for requests is none of
 * media, on phones as here.
 */
import type { Phone } from "../../phone";
import { requestRecord } from "../../requests";
import { SITE } from "../../../shared/site";
import type { RequestEnd, StreamBundle, StreamEvents } from "../../../shared/stream";
import { unplayable } from "./unplayable";

export interface SourceEvents {
  /** The network let a stream down, and is tried again. */
  retrying?(): void;
  /** It cannot be played, or no longer; the player is empty. `code` is that of a `MediaError`. */
  failed(reason: string, code?: number): void;
}

/** Plays an address in an empty player; the answer ends that and empties the player. */
export function playSource(
  phone: Phone,
  player: HTMLVideoElement,
  address: string,
  live: boolean,
  events: SourceEvents,
): () => void {
  const url = URL.canParse(address, location.href) ? new URL(address, location.href) : undefined;
  const format = url && streamFormat(player, url, live);
  const outside = url && /^https?:$/.test(url.protocol) && url.host !== location.host;
  const controller = new AbortController();
  const { signal } = controller;
  let stop = (): void => player.removeAttribute("src");

  function end(): void {
    if (signal.aborted) return;
    controller.abort();
    stop();
    // Without it, the last picture stays, and the connection may.
    player.load();
  }
  function fail(reason: string, code?: number): void {
    // A library that is told to end in the middle of its own work may stumble; and a page listens
    // only after its element is made.
    queueMicrotask(() => {
      if (signal.aborted) return;
      end();
      events.failed(reason, code);
    });
  }

  const why = format ? undefined : unplayable(player, address);
  if (why) fail(why);
  else if (outside && phone.settings.network.type === "none") fail("the network is not available");
  else {
    if (outside && (live || format)) {
      const off = phone.on("settings", () => {
        if (phone.settings.network.type === "none") fail("the network was lost");
      });
      signal.addEventListener("abort", off);
    }
    if (url && format) void load(url.href, format).catch((error: Error) => fail(error.message));
    else leaveToBrowser();
  }
  return end;

  function leaveToBrowser(): void {
    const failed = (): void =>
      fail(player.error?.message || "the browser cannot play this", player.error?.code);
    player.addEventListener("error", failed, { signal });
    player.src = address;
  }

  async function load(url: string, format: string): Promise<void> {
    const bundle = `${SITE}${format === "m3u8" ? "hls" : "mpegts"}/main.js`;
    const { isSupported, play } = (await import(bundle)) as StreamBundle;
    if (outside && phone.settings.network.delay > 0)
      await new Promise((resolve) => setTimeout(resolve, phone.settings.network.delay));
    if (signal.aborted) return;
    if (!isSupported()) {
      const why = unplayable(player, address);
      return why ? fail(why) : leaveToBrowser();
    }
    const stream: StreamEvents = {
      // What the development server has of the project is no request to the outside.
      request: (asked) => (new URL(asked).host === location.host ? () => {} : told(phone, asked)),
      retrying: () => events.retrying?.(),
      failed: fail,
    };
    stop = play(player, { url, format, live }, stream);
  }
}

/** The extension of a stream that a library plays here; none where the browser is left to it. */
function streamFormat(
  player: HTMLVideoElement,
  { protocol, pathname }: URL,
  live: boolean,
): string | undefined {
  const format = /\.(\w+)$/.exec(pathname)?.[1]?.toLowerCase() ?? "";
  if (!/^https?:$/.test(protocol)) return undefined;
  if (format === "m3u8") return hasOwnHls(player) ? undefined : format;
  return live && /^(flv|ts)$/.test(format) ? format : undefined;
}

/**
 * Safari plays HLS as phones of its maker do, and some of these can do nothing else. Chromium says it
 * can, too, but tells nothing of what it loads and why it stops.
 */
function hasOwnHls(player: HTMLVideoElement): boolean {
  const type = "application/vnd.apple.mpegurl";
  return player.canPlayType(type) !== "" && "webkitSetPresentationMode" in player;
}

/** Tells the desk of a request of a stream: when it starts and when it ends. */
function told(phone: Phone, url: string): (end: RequestEnd) => void {
  const record = requestRecord("media", "GET", url);
  const started = performance.now();
  let isOver = false;
  phone.report({ kind: "request", request: { ...record } });
  return ({ status, error = "" }) => {
    if (isOver) return;
    isOver = true;
    const duration = performance.now() - started;
    phone.report({ kind: "request", request: { ...record, status: status || null, error, duration } });
  };
}
