/** What the phone is: its system, its screen, its buttons. */
import type { Phone } from "../../phone";
import { subscription, type Api } from "../api";

/** The version of the base library that this `tt` follows. */
export const SDK_VERSION = "3.88.0";
/** Of the Douyin app that this would be. */
const APP_VERSION = "32.0.0";
const FIELDS =
  "system platform brand model version appName SDKVersion screenWidth screenHeight windowWidth windowHeight pixelRatio statusBarHeight safeArea battery screenRatio deviceScore deviceOrientation language theme fontSizeSetting";

export function system(api: Api): void {
  const { phone } = api;
  api.async("getSystemInfo", { useCache: "boolean?" }, FIELDS, () => systemInfo(phone));
  api.sync("getSystemInfoSync", FIELDS, () => systemInfo(phone));
  api.sync("getDeviceInfoSync", "system platform brand model deviceScore", () => {
    const { system, platform, brand, model, deviceScore } = systemInfo(phone);
    return { system, platform, brand, model, deviceScore };
  });
  api.sync("getMenuButtonBoundingClientRect", "width height top right bottom left", () => ({
    ...phone.metrics().menuButton,
  }));
  api.sync("getMenuButtonLayout", "width height top right bottom left", () => ({
    ...phone.metrics().menuButton,
  }));
  api.sync("getCustomButtonBoundingClientRect", "leftIcon capsule", () => {
    const capsule = { ...phone.metrics().menuButton };
    const leftIcon = { width: 32, height: 32, left: 10, right: 42, top: capsule.top, bottom: capsule.bottom };
    return { leftIcon, capsule };
  });
  api.sync("canIPutStuffOverComponent", "", () => true);

  const resized = api.event("WindowResize", "windowWidth windowHeight size");
  phone.on("resize", (size) => resized.emit({ ...size, size }));
  const themed = api.event("ThemeChange", "theme");
  phone.on("theme", (change) => themed.emit(change));
  const memory = api.event("MemoryWarning", "level");
  phone.on("memoryWarning", (level) => memory.emit({ level }));
  const list = "matches media addListener removeListener addEventListener removeEventListener";
  api.sync("matchMedia", list, (query: unknown) => mediaQuery(phone, String(query)));
}

/** What `getSystemInfo` tells of a phone as it is now. */
function systemInfo(phone: Phone) {
  const { device, language, theme, orientation } = phone.settings;
  const { brand, model, system, platform, pixelRatio } = device;
  const { screenWidth, screenHeight, windowWidth, windowHeight, statusBarHeight, safeArea } = phone.metrics();
  return {
    brand,
    model,
    system,
    platform,
    version: APP_VERSION,
    appName: "Douyin",
    SDKVersion: SDK_VERSION,
    screenWidth,
    screenHeight,
    windowWidth,
    windowHeight,
    pixelRatio,
    statusBarHeight,
    safeArea: { ...safeArea },
    battery: 100,
    screenRatio: 1,
    // Unknown, as the platform says it.
    deviceScore: { cpu: -1, gpu: -1, memory: -1, overall: -1 },
    deviceOrientation: orientation,
    language,
    theme,
    fontSizeSetting: 16,
  };
}

/** What the window and the theme of the phone say to a media query, told again when that changes. */
function mediaQuery(phone: Phone, media: string) {
  // The theme is the phone's and not the browser's.
  const always = { true: "(min-width: 0)", false: "(max-width: 0)" };
  const matches = (): boolean => {
    const { theme } = phone.settings;
    const asked = media.replace(
      /\(\s*prefers-color-scheme\s*:\s*(\w+)\s*\)/g,
      (_, wanted) => always[`${wanted === theme}`],
    );
    return window.matchMedia(asked).matches;
  };
  const { on, off, listeners } = subscription();
  let last = matches();
  const follow = (): void => {
    const now = matches();
    if (now !== last) listeners.emit({ matches: (last = now), media });
  };
  phone.on("resize", follow);
  phone.on("theme", follow);
  return {
    get matches() {
      return matches();
    },
    media,
    addListener: on,
    removeListener: off,
    addEventListener: (_type: string, listener: unknown) => on(listener),
    removeEventListener: (_type: string, listener: unknown) => off(listener),
  };
}
