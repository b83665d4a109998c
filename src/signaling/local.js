// Loads local signaling, which is a wasm of its own in the package.

let loading;

/**
 * `connect` of local signaling. `wasm` is where its wasm is, or what it is; by default the one of the
 * package. After a failure the next call tries again.
 */
export function load(wasm) {
  loading ??= start(wasm);
  loading.catch(() => (loading = undefined));
  return loading;
}

async function start(wasm) {
  const [local, packaged] = await Promise.all([
    import("./tt_rtc_local.js"),
    wasm === undefined ? import("./tt_rtc_local_wasm.js") : undefined,
  ]);
  await local.default({ module_or_path: packaged ? packaged.default() : wasm });
  return local.connect;
}
