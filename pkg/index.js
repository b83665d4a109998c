// The way into tt-rtc that works wherever a module does: all of it is in modules that import each other.
import { library } from "./load.js";
import * as glue from "./tt_rtc_whole.js";
import wasm from "./tt_rtc_whole_wasm.js";

export { version } from "./load.js";

const { load, ...functions } = library(glue);
export const { connections, createWebRoomContext, destroy, install, trace } = functions;

/**
 * Loads the library. Further calls share the first one's result, but after a failure the next call tries
 * again.
 */
export default function init(input) {
  if (input !== undefined) {
    return Promise.reject(new TypeError("tt-rtc: init() takes nothing; that of tt-rtc/slim takes a wasm"));
  }
  return load(wasm);
}
