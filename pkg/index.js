// The way into tt-rtc that works wherever a module does: the wasm is in a module, too.
import { load } from "./load.js";
import wasm from "./tt_rtc_wasm.js";

export { connections, createWebRoomContext, destroy, install, trace, version } from "./load.js";

/**
 * Loads the library. Further calls share the first one's result, but after a failure the next call tries
 * again. `input` is another wasm than the package's, as in `tt-rtc/slim`.
 */
export default function init(input) {
  return load(() => input ?? wasm());
}
