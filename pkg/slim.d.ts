/**
 * `tt-rtc/slim`: the functions of `tt-rtc`, for who serves the wasm as a file. It is compiled while it arrives, and
 * local signaling is loaded by calls without a server only.
 */
import type { InitInput } from "./index.js";

export * from "./index.js";

/**
 * Loads the library, as {@link "./index.js"} does.
 *
 * @param input Where the wasm is or what it is, or a promise of that. Left out: the file `tt_rtc_bg.wasm`
 *   beside this module.
 * @throws (rejects with) an `Error` that names the address and the reason, such as a missing file,
 *   a server that answers with a page, or a browser without WebAssembly.
 */
export default function init(input?: InitInput | PromiseLike<InitInput>): Promise<void>;
