// Loads the WebAssembly, once, and says clearly what is wrong if it cannot. Both entries of the package share it.
import instantiate, * as wasm from "./tt_rtc.js";

/** The version of this package. */
export const version = "0.1.0";

let loading;
let ready = false;

/** Loads the wasm that `input()` gives. Calls share one load; after a failure the next one tries again. */
export function load(input) {
  loading ??= start(input).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Gives `options.target` (by default the page) its `tt.createRtcRoomContext`; returns that `tt`. */
export function install(options) {
  return loaded("install")(options);
}

/** A context for the other platforms a mini-program talks to: it can share a screen, too. */
export function createWebRoomContext(options) {
  return loaded("createWebRoomContext")(options);
}

/** The peer connections behind `context`, for statistics and for tools. */
export function connections(context) {
  return loaded("connections")(context);
}

/** Leaves the room of `context` and frees everything that belongs to it. */
export function destroy(context) {
  return loaded("destroy")(context);
}

/** Calls `callback` with each input and output of every engine. */
export function trace(callback) {
  return loaded("trace")(callback);
}

async function start(wasm) {
  let source = "the wasm";
  try {
    let input = await wasm();
    if (typeof input === "string" || input instanceof URL || input instanceof Request) {
      source = input.url ?? input.href ?? new URL(input, document.baseURI).href;
      input = await fetch(input);
    }
    if (input instanceof Response) {
      source = input.url || source;
      if (!input.ok) throw new Error(`the server answered ${input.status} ${input.statusText}`);
      const type = input.headers.get("content-type") ?? "";
      if (type.startsWith("text/html")) throw new Error("the server answered with a page (text/html)");
    }
    await instantiate({ module_or_path: input });
    ready = true;
  } catch (cause) {
    throw new Error(`tt-rtc: ${source} could not be loaded: ${cause?.message ?? cause}`, { cause });
  }
}

function loaded(name) {
  if (!ready) throw new Error(`tt-rtc: ${name}() was called before init() had finished; await init() first`);
  return wasm[name];
}
