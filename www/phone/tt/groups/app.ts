/** The app itself: how it was started, what happens to it, base64, updates. */
import type { Phone } from "../../phone";
import { subscription, type Api } from "../api";
import { call } from "../../async";
import { badParameter, wrongType } from "../../failure";
import { USER } from "../store/files";
import { readFile } from "./paths";

export function app(api: Api): void {
  const { phone } = api;

  let launch: Record<string, unknown> = {
    path: phone.manifest.pages[0] ?? "",
    query: {},
    scene: "990001",
    referrerInfo: {},
    showFrom: 0,
  };
  let enter = launch;
  phone.on("launch", (options) => {
    launch = enter = { ...launch, ...options };
  });
  phone.on("show", (options) => {
    enter = { ...enter, ...options };
  });
  api.sync("getLaunchOptionsSync", "path query scene referrerInfo showFrom", () => structuredClone(launch));
  api.sync("getEnterOptionsSync", "path query scene referrerInfo showFrom", () => structuredClone(enter));

  forward(phone, "launched", api.event("AppLaunch", "path query scene referrerInfo showFrom"));
  forward(phone, "show", api.event("AppShow", "path query scene referrerInfo showFrom"));
  forward(phone, "hide", api.event("AppHide"));
  forward(phone, "pageNotFound", api.event("PageNotFound", "path query isEntryPage"));
  forward(phone, "unhandledRejection", api.event("UnhandledRejection", "reason promise"));
  const errors = api.event("Error");
  phone.on("error", ({ message, stack }) => errors.emit(stack || message));
  api.event("LazyLoadError", "type subpackage errMsg");

  api.async("exitMiniProgram", { isFullExit: "boolean?" }, "", () => phone.change({ foreground: false }));
  let offered = false;
  const ready = subscription();
  const failed = subscription();
  phone.on("update", (works) => {
    offered = works;
    (works ? ready : failed).listeners.emit(
      works ? undefined : { errMsg: "the download of the update failed" },
    );
  });
  api.object("UpdateManager", "applyUpdate onCheckForUpdate onUpdateFailed onUpdateReady");
  api.sync("getUpdateManager", "applyUpdate onCheckForUpdate onUpdateFailed onUpdateReady", () => {
    // The development server reloads what changes: the newest version always runs. The desk plays another.
    const check = subscription(
      () => void Promise.resolve().then(() => check.listeners.emit({ hasUpdate: offered })),
    );
    return {
      applyUpdate: () => {
        if (offered) phone.emit("applyUpdate", undefined);
        else console.warn("UpdateManager.applyUpdate: there is no update");
      },
      onCheckForUpdate: check.on,
      onUpdateFailed: failed.on,
      onUpdateReady: (callback: unknown) => {
        ready.on(callback);
        if (offered) setTimeout(() => call(callback, undefined));
      },
    };
  });

  api.value("env", { USER_DATA_PATH: USER, VERSION: "development" }, "USER_DATA_PATH VERSION");
  api.sync("getEnvInfoSync", "microapp plugin common", () => ({
    microapp: {
      mpVersion: "0.0.0",
      envType: "development",
      appId: String(projectFile(phone, "project.config.json").appid ?? "testAppId"),
    },
    plugin: {},
    common: { USER_DATA_PATH: USER, location: undefined, launchFrom: undefined, schema: undefined },
  }));
  api.async("getMicroappInfo", { appId: "string?" }, "name corporateName", () => ({
    name: phone.manifest.app.window?.navigationBarTitleText ?? "",
    corporateName: "",
  }));
  const extension = () => structuredClone(projectFile(phone, "ext.json").ext ?? {});
  api.async("getExtConfig", {}, "extConfig", () => ({ extConfig: extension() }));
  api.sync("getExtConfigSync", "", extension);
  api.sync("reportAnalytics", "", (name: unknown) => {
    if (typeof name !== "string") throw wrongType("name", "string", name);
  });
  const analysis = "type uniqueId roomId anchorId postId itemId conversationId awemeId fromOpenId messageId";
  api.async("getAnalysisInfo", {}, analysis, () =>
    Object.fromEntries(analysis.split(" ").map((field) => [field, ""])),
  );

  api.sync("base64ToArrayBuffer", "", (text: unknown) => {
    if (typeof text !== "string") throw wrongType("base64", "string", text);
    return fromBase64(text).buffer;
  });
  api.sync("arrayBufferToBase64", "", (buffer: unknown) => {
    if (!(buffer instanceof ArrayBuffer) && !ArrayBuffer.isView(buffer))
      throw wrongType("arrayBuffer", "ArrayBuffer", buffer);
    return toBase64(
      buffer instanceof ArrayBuffer
        ? new Uint8Array(buffer)
        : new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength),
    );
  });
  api.sync("nextTick", "", (callback: unknown) => {
    if (typeof callback !== "function") throw wrongType("callback", "function", callback);
    queueMicrotask(callback as () => void);
  });
}

const projectFiles = new Map<string, Record<string, unknown>>();

/** A JSON file of the project that is no part of the app; empty where there is none. */
function projectFile(phone: Phone, name: string): Record<string, unknown> {
  let content = projectFiles.get(name);
  if (!content) {
    try {
      content = JSON.parse(new TextDecoder().decode(readFile(phone, `/${name}`))) as Record<string, unknown>;
    } catch {
      content = {};
    }
    projectFiles.set(name, content);
  }
  return content;
}

function forward(
  phone: Phone,
  event: "launched" | "show" | "hide" | "pageNotFound" | "unhandledRejection",
  to: { emit(...payload: unknown[]): void },
): void {
  phone.on(event, (payload: unknown) => (payload === undefined ? to.emit() : to.emit(payload)));
}

export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  let binary;
  try {
    binary = atob(text);
  } catch {
    throw badParameter("the text is not base64");
  }
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  // In pieces: a function takes no more arguments than the stack holds.
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(binary);
}
