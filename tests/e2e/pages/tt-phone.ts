/**
 * `tt` on a page of its own, with a phone that does what tests say: for what shows without a
 * mini-program around it. `window.phone` is the phone, `window.said` what the desk would be told.
 */
import type { Phone, PhoneEvents } from "../../../www/phone/phone";
import type { DeepPartial, PhoneRecord, PhoneSettings } from "../../../www/shared/bridge";
import { startCall } from "../../../www/phone/call";
import { createIntersectionObserver, createSelectorQuery } from "../../../www/phone/runtime/queries";
import { createTt, openStore } from "../../../www/phone/tt";

const query = new URLSearchParams(location.search);
const settings: PhoneSettings = {
  id: query.get("id") ?? "1",
  user: { id: "ada", nickName: "Ada", avatarUrl: "" },
  device: {
    brand: "Apple",
    model: "iPhone 14",
    system: "16.4",
    platform: "ios",
    width: 390,
    height: 844,
    pixelRatio: 3,
    statusBarHeight: 47,
    bottomInset: 34,
  },
  orientation: "portrait",
  theme: query.get("theme") === "dark" ? "dark" : "light",
  language: "en",
  foreground: true,
  permissions: {},
  network: { type: "wifi", signaling: true, media: true, delay: 0, loss: 0 },
  camera: "ready",
  microphone: "ready",
  fakeDevices: false,
  location: { latitude: 39.9087, longitude: 116.3975, accuracy: 20 },
};
const listeners = new Map<string, Set<(payload: never) => void>>();
const said: PhoneRecord[] = [];
const routed: unknown[] = [];
const screen = document.createElement("main");
const layer = document.createElement("div");
document.body.append(screen, layer);
screen.innerHTML = `<tt-video id="film"><video></video></tt-video><tt-canvas id="board"><canvas width="300" height="225"></canvas></tt-canvas>`;

const note = (name: string) => (value: unknown) => void routed.push([name, value]);
const phone: Phone = {
  settings,
  manifest: {
    version: 1,
    app: {
      window: { navigationBarTitleText: "Test" },
      tabBar: {
        list: [
          { pagePath: "pages/a", text: "A" },
          { pagePath: "pages/b", text: "B" },
        ],
      },
    },
    entry: null,
    pages: ["pages/a", "pages/b", "pages/c"],
    components: {},
    modules: { "worker.js": { "./data/twice": "data/twice.js" }, "data/twice.js": {} },
    problems: [],
    project: "",
    urlCheck: false,
    domains: [],
  },
  screen,
  layer,
  router: {
    navigateTo: async (url) => {
      if (!/^\/?pages\//.test(url))
        throw Object.assign(new Error(`url "${url}" is not in app.json`), { errNo: 21500 });
      note("navigateTo")(url);
    },
    redirectTo: async (url) => note("redirectTo")(url),
    reLaunch: async (url) => note("reLaunch")(url),
    switchTab: async (url) => note("switchTab")(url),
    navigateBack: async (delta) => note("navigateBack")(delta),
    stack: () => [],
    setNavigationBar: note("setNavigationBar"),
    setTabBar: note("setTabBar"),
    startPullDownRefresh: () => note("startPullDownRefresh")(null),
    stopPullDownRefresh: () => note("stopPullDownRefresh")(null),
    pageScrollTo: async (target) => note("pageScrollTo")(target),
  },
  store: await openStore(settings.id),
  builtIns: { attributes: { text: ["selectable"], button: ["open-type"], swiper: [] } },
  change: (change: DeepPartial<PhoneSettings>) => {
    for (const [key, value] of Object.entries(change)) {
      const old = settings[key as keyof PhoneSettings];
      Object.assign(settings, { [key]: typeof old === "object" ? { ...old, ...(value as object) } : value });
    }
    phone.emit("settings", change);
    if (change.theme) phone.emit("theme", { theme: change.theme });
    if (change.orientation) {
      const { windowWidth, windowHeight } = phone.metrics();
      phone.emit("resize", { windowWidth, windowHeight });
    }
  },
  warn: (message) => console.warn(message),
  report: (record) => void said.push({ ...record, time: Date.now() } as PhoneRecord),
  on: (event, listener) => {
    const all = listeners.get(event) ?? new Set();
    listeners.set(event, all.add(listener as never));
    return () => all.delete(listener as never);
  },
  emit: (event, payload) => {
    for (const each of listeners.get(event) ?? [])
      (each as (payload: PhoneEvents[typeof event]) => void)(payload);
  },
  authorize: async (scope) => {
    const denied = settings.permissions[scope] === "denied";
    phone.change({ permissions: { [scope]: denied ? "denied" : "granted" } });
    return !denied;
  },
  url: (path) => phone.store.files.url(path) ?? (path.startsWith("/") ? `/app/file${path}` : path),
  currentPage: () => undefined,
  noShare: new WeakSet(),
  metrics: () => {
    const { device, orientation } = settings;
    const [width, height] =
      orientation === "portrait" ? [device.width, device.height] : [device.height, device.width];
    const box = (left: number, top: number, right: number, bottom: number) => ({
      left,
      top,
      right,
      bottom,
      width: right - left,
      height: bottom - top,
    });
    return {
      screenWidth: width,
      screenHeight: height,
      windowWidth: width,
      windowHeight: height - 91,
      windowTop: 91,
      statusBarHeight: 47,
      navigationBarHeight: 44,
      tabBarHeight: 0,
      safeArea: box(0, 47, width, height - 34),
      menuButton: box(width - 90, 53, width - 10, 85),
    };
  },
};
const tt = Object.assign(createTt(phone), { createSelectorQuery, createIntersectionObserver });
await startCall(phone, tt);
Object.assign(globalThis, { tt, phone, said, routed });
