// Loads local signaling, which is a wasm of its own in the package.

let loading;

/**
 * `connect` of local signaling. `wasm` is where its wasm is, or what it is; by default the file
 * beside its script. After a failure the next call tries again.
 */
export function load(wasm) {
  loading ??= import("./tt_rtc_local.js").then(async (local) => {
    await local.default(wasm === undefined ? undefined : { module_or_path: wasm });
    return local.connect;
  });
  loading.catch(() => (loading = undefined));
  return loading;
}
