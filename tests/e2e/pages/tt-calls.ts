/** Calls every function of `tt`, so that a test can hold what happens against `coverage.ts`. */
import type { Phone } from "../../../www/phone/phone";

declare const tt: Record<string, (...values: never[]) => unknown>;
declare const phone: Phone;

export interface Outcome {
  /** Whether it succeeded. */
  works: boolean;
  /** What it said, or the names of what it gave. */
  said: string;
  fields: string[];
}

const USER = "ttfile://user";
type Call = { sync: unknown[] } | Record<string, unknown> | (() => Promise<unknown>);

/** What a function is called with, where that is not just `{}`. */
const CALLS: Record<string, Call> = {
  addCalendarEvent: { title: "a", startTime: 1 },
  checkCalendarEvent: { title: "a", startTime: 1 },
  createEffectCameraStream: () => loaded("createEffectCameraStream", "request"),
  createEventSource: () => loaded("createEventSource", "close"),
  deleteCalendarEvent: { title: "a", startTime: 1 },
  enableAlertBeforeUnload: { message: "a" },
  getRandomValues: { length: 1 },
  interactionAnalysis: { type: "like" },
  matchMedia: { sync: ["print"] },
  nextTick: { sync: [() => {}] },
  openDocument: { filePath: "ttfile://user/a.txt" },
  preloadVideo: { src: "/data/words.json" },
  saveVideoToPhotosAlbum: { filePath: "ttfile://user/picture.png" },
  setSwipeBackMode: { sync: [0] },
  arrayBufferToBase64: { sync: [new Uint8Array([1, 2, 3]).buffer] },
  authorize: { scope: "scope.camera" },
  base64ToArrayBuffer: { sync: ["AQID"] },
  canIPutStuffOverComponent: { sync: ["video"] },
  canIUse: { sync: ["request"] },
  canvasGetImageData: { canvasId: "board", x: 0, y: 0, width: 1, height: 1 },
  canvasPutImageData: { canvasId: "board", x: 0, y: 0, width: 1, height: 1, data: [1, 2, 3, 255] },
  canvasToTempFilePath: { canvasId: "board" },
  checkFollowAwemeState: { awemeId: "a" },
  chooseImage: { count: 1 },
  chooseMedia: { count: 1 },
  compressImage: { src: "ttfile://user/picture.png" },
  connectSocket: { url: "" },
  createAnimation: { sync: [{}] },
  createBytennEngineContext: () => loaded("createBytennEngineContext"),
  createCanvasContext: { sync: ["board"] },
  createCloud: () => {
    const cloud = tt.createCloud?.({} as never) as { callContainer(options: object): Promise<unknown> };
    return cloud.callContainer({ path: "/" });
  },
  createInterstitialAd: { sync: [{ adUnitId: "a" }] },
  createLivePlayerContext: { sync: ["film"] },
  createMapContext: { sync: ["map"] },
  createMediaRecorder: { sync: [document.createElement("canvas")] },
  createRewardedVideoAd: { sync: [{ adUnitId: "a" }] },
  createRtcRoomContext: { sync: [{ appId: "0".repeat(24) }] },
  createStickerManager: () => loaded("createStickerManager"),
  createVideoContext: { sync: ["film"] },
  createWorker: { sync: ["worker.js"] },
  downloadFile: { url: "" },
  followAwemeUser: { awemeId: "a" },
  getFileInfo: { filePath: "ttfile://user/a.txt", digestAlgorithm: "md5" },
  getImageInfo: { src: "ttfile://user/picture.png" },
  getStorage: { key: "a" },
  getStorageSync: { sync: ["a"] },
  hideTabBarRedDot: { index: 0 },
  makePhoneCall: { phoneNumber: "10086" },
  navigateTo: { url: "/pages/c" },
  navigateToMiniProgram: { appId: "tt0" },
  navigateToScene: { scene: "sidebar" },
  navigateToVideoView: { videoId: "1" },
  openLocation: { latitude: 1, longitude: 1 },
  pageScrollTo: { scrollTop: 0 },
  getOrderPayment: { orderId: "1" },
  requestOrder: { data: "{}", byteAuthorization: "a" },
  pay: { orderInfo: { order_id: "1", order_token: "2" }, service: 5 },
  prerenderVideo: { src: "/film.mp4", size: 1 },
  previewImage: { urls: ["ttfile://user/picture.png"] },
  reLaunch: { url: "/pages/a" },
  redirectTo: { url: "/pages/c" },
  removeSavedFile: { filePath: "ttfile://user/b.txt" },
  removeStorage: { key: "a" },
  removeStorageSync: { sync: ["a"] },
  removeTabBarBadge: { index: 0 },
  reportAnalytics: { sync: ["seen", {}] },
  request: { url: "" },
  requestSubscribeMessage: { tmplIds: ["1"] },
  saveFile: { tempFilePath: "ttfile://user/a.txt", filePath: "ttfile://user/c.txt" },
  saveImageToPhotosAlbum: { filePath: "ttfile://user/picture.png" },
  setClipboardData: { data: "a" },
  setKeepScreenOn: { keepScreenOn: true },
  setNavigationBarColor: { frontColor: "#ffffff", backgroundColor: "#123456" },
  setNavigationBarTitle: { title: "a" },
  setScreenBrightness: { value: 1 },
  setStorage: { key: "a", data: 1 },
  setStorageSync: { sync: ["a", 1] },
  setTabBarBadge: { index: 0, text: "1" },
  setTabBarItem: { index: 0, text: "a" },
  setTabBarStyle: { color: "#123456" },
  showActionSheet: { itemList: ["a"] },
  showDouyinOpenAuth: { scopes: { "following.list": 1 } },
  showLoading: { title: "a" },
  showTabBarRedDot: { index: 0 },
  showToast: { title: "a" },
  switchTab: { url: "/pages/b" },
  updateSidebarActivity: { activity: "a", type: "add" },
  uploadFile: { url: "", filePath: "ttfile://user/a.txt", name: "file" },
};
/** Those that answer at once and are called with nothing. */
const SYNC = new Set([
  "createCameraContext",
  "createInnerAudioContext",
  "createSceneActivityContext",
  "getDeviceInfoSync",
  "getEnterOptionsSync",
  "getPerformance",
  "createIntersectionObserver",
  "createOffscreenCanvas",
  "createSelectorQuery",
  "clearStorageSync",
  "completePaySync",
  "completeRefundSync",
  "getBackgroundAudioManager",
  "getCustomButtonBoundingClientRect",
  "getEnvInfoSync",
  "getExtConfigSync",
  "getFileSystemManager",
  "getLaunchOptionsSync",
  "getMenuButtonBoundingClientRect",
  "getMenuButtonLayout",
  "getRecorderManager",
  "getStorageInfoSync",
  "getSystemInfoSync",
  "getUpdateManager",
  "load",
  "onLoad",
  "inferSync",
  "paintToTexture",
]);

/** Calls the functions in their order, with a web server and a socket server to ask; answers every dialogue. */
export async function callAll(
  names: string[],
  web: string,
  socket: string,
): Promise<Record<string, Outcome>> {
  const files = tt.getFileSystemManager?.() as Record<string, (...values: unknown[]) => void>;
  const picture = await (
    await new Promise<Blob>((resolve) =>
      document.createElement("canvas").toBlob((blob) => blob && resolve(blob)),
    )
  ).arrayBuffer();
  files.writeFileSync?.(`${USER}/picture.png`, picture);
  files.writeFileSync?.(`${USER}/a.txt`, "a");
  files.writeFileSync?.(`${USER}/b.txt`, "b");
  for (const name of ["request", "downloadFile", "uploadFile"]) (CALLS[name] as { url: string }).url = web;
  (CALLS.connectSocket as { url: string }).url = socket;
  answerDialogues();
  const outcomes: Record<string, Outcome> = {};
  // A session must have begun before it can be checked, a file be there before it is removed.
  const first = ["login", "stopCompass"];
  for (const name of [...first, ...names.filter((each) => !first.includes(each))])
    outcomes[name] = await outcome(name);
  return outcomes;
}

async function outcome(name: string): Promise<Outcome> {
  const call = CALLS[name];
  const warnings: string[] = [];
  const { warn } = console;
  console.warn = (...values) => void warnings.push(values.join(" "));
  try {
    const value = await result(name, call);
    const never = warnings.find((text) => text.includes("is never called"));
    const fields = typeof value === "object" && value !== null ? Object.keys(value) : [];
    return { works: never === undefined, said: never ?? fields.join(), fields };
  } catch (error) {
    const said = (error as { errMsg?: string }).errMsg ?? String(error);
    return { works: false, said, fields: [] };
  } finally {
    console.warn = warn;
  }
}

async function result(name: string, call: Call | undefined): Promise<unknown> {
  const member = tt[name] as unknown;
  if (typeof member === "object" && member !== null) return member;
  if (typeof member !== "function") throw new Error(`tt.${name} is not there`);
  const run = tt[name] as (...values: unknown[]) => unknown;
  if (typeof call === "function") return call();
  if (call && "sync" in call) return run(...(call.sync as unknown[]));
  if (SYNC.has(name)) return run();
  if (/^o(n|ff)[A-Z]/.test(name)) return run(() => {});
  return asynchronous(name, run, call);
}

/** Fails where a callback comes during the call, twice, or not at all. */
function asynchronous(
  name: string,
  run: (options: object) => unknown,
  options: object = {},
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let during = true;
    let answered: { ok: boolean; value: unknown } | undefined;
    const answer = (ok: boolean) => (value: unknown) => {
      if (during) reject(new Error(`${name} answered during the call`));
      if (answered) reject(new Error(`${name} answered twice`));
      answered = { ok, value };
    };
    run({
      ...options,
      success: answer(true),
      fail: answer(false),
      complete: (value: unknown) => {
        if (answered?.value !== value) reject(new Error(`${name} completed with something else`));
        else if (answered?.ok) resolve(value);
        else reject(value as Error);
      },
    });
    during = false;
  });
}

function loaded(name: string, load = "load"): Promise<unknown> {
  return new Promise((_, reject) => {
    const made = tt[name]?.("a" as never) as Record<string, (callback?: (error: Error) => void) => void>;
    made["onError"]?.(reject);
    made[load]?.();
  });
}

/** Says yes to whatever is asked. */
function answerDialogues(): void {
  new MutationObserver((changes) => {
    for (const host of changes.flatMap((change) => [...change.addedNodes])) {
      const added = (host as Element).shadowRoot?.querySelector("dialog");
      if (!added) continue;
      setTimeout(() => {
        const buttons = [...added.querySelectorAll("button")];
        const sample = buttons.find((each) => each.textContent?.includes("sample"));
        (sample ?? added.querySelector<HTMLElement>("button.main") ?? buttons[0] ?? added).click();
      });
    }
  }).observe(phone.layer, { childList: true });
}

Object.assign(globalThis, { callAll });
