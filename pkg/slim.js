// The way into tt-rtc for who serves the wasm as a file: a third less to parse, compiled while it arrives.
import { load } from "./load.js";

export { connections, createWebRoomContext, destroy, install, trace, version } from "./load.js";

/**
 * Loads the library. Further calls share the first one's result, but after a failure the next call tries
 * again. `input` is where the wasm is, or what it is: a URL, Request, Response, bytes or module, or a
 * promise of one; by default the file beside this one.
 */
export default function init(input) {
  return load(() => input ?? new URL("tt_rtc_bg.wasm", import.meta.url));
}
