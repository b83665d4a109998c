// Loads the WebAssembly, once, and says clearly what is wrong if it cannot.

/** The version of this package. */
export const version = "0.1.0";

/** The library of an entry of the package: its functions, and `load`. `glue` is the module that the wasm goes with. */
export function library({ default: instantiate, ...wasm }) {
  let loading;
  let ready = false;

  async function start(input) {
    let source = "the wasm";
    try {
      input = await input;
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

  const loaded = (name) => {
    if (!ready) {
      throw new Error(`tt-rtc: ${name}() was called before init() had finished; await init() first`);
    }
    return wasm[name];
  };

  return {
    /** Loads the wasm that `input()` gives. Calls share one load; after a failure the next one tries again. */
    load(input) {
      loading ??= start(input()).catch((error) => {
        loading = undefined;
        throw error;
      });
      return loading;
    },
    install: (options) => loaded("install")(options),
    createWebRoomContext: (options) => loaded("createWebRoomContext")(options),
    connections: (context) => loaded("connections")(context),
    destroy: (context) => loaded("destroy")(context),
    trace: (callback) => loaded("trace")(callback),
  };
}
