// The way into tt-rtc for who serves the wasm as a file: it is compiled while it arrives, and local signaling is
// loaded by calls without a server only.
import { library } from "./load.js";
import * as glue from "./tt_rtc.js";

export { version } from "./load.js";

const { load, ...functions } = library(glue);
export const { connections, createWebRoomContext, destroy, install, trace } = functions;

/**
 * Loads the library. Further calls share the first one's result, but after a failure the next call tries
 * again. `input` is where the wasm is, or what it is: a URL, Request, Response, bytes or module, or a
 * promise of one; by default the file beside this one.
 */
export default function init(input) {
  return load(() => input ?? new URL("tt_rtc_bg.wasm", import.meta.url));
}
