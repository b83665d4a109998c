/** `tt.setStorage` and its like, over the phone's store. */
import type { Api } from "../api";
import { badParameter } from "../../failure";

export function storage(api: Api): void {
  const { phone } = api;
  const { storage: kept } = phone.store;

  const set = (key: string, data: unknown): void => {
    kept.set(named(key), data);
    phone.report({ kind: "storage" });
  };
  const get = (key: string): unknown => kept.get(named(key)) ?? (kept.keys().includes(key) ? undefined : "");
  const remove = (key: string): void => {
    kept.remove(named(key));
    phone.report({ kind: "storage" });
  };
  const clear = (): void => {
    kept.clear();
    phone.report({ kind: "storage" });
  };
  const info = () => ({ keys: kept.keys(), currentSize: Math.ceil(kept.size() / 1024), limitSize: 10240 });

  api.async<{ key: string; data: unknown }>(
    "setStorage",
    { key: "string", data: "any?" },
    "",
    ({ key, data }) => set(key, data),
  );
  api.async<{ key: string }>("getStorage", { key: "string" }, "data", ({ key }) => ({ data: get(key) }));
  api.async<{ key: string }>("removeStorage", { key: "string" }, "", ({ key }) => remove(key));
  api.async("clearStorage", {}, "", clear);
  api.async("getStorageInfo", {}, "keys currentSize limitSize", info);
  api.sync("setStorageSync", "", set);
  api.sync("getStorageSync", "", get);
  api.sync("removeStorageSync", "", remove);
  api.sync("clearStorageSync", "", clear);
  api.sync("getStorageInfoSync", "keys currentSize limitSize", info);
}

function named(key: unknown): string {
  if (typeof key !== "string")
    throw badParameter(`params.key should be string, but got ${key === null ? "null" : typeof key}`);
  if (!key) throw badParameter("params.key should not be empty");
  return key;
}
