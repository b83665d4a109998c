/** What the phone is: its system, its screen, its buttons. */
import type { Phone } from "../../phone";
import type { Api } from "../api";

/** The version of the base library that this `tt` follows. */
export const SDK_VERSION = "3.88.0";
/** Of the Douyin app that this would be. */
const APP_VERSION = "32.0.0";
/** Heights in CSS pixels: of the navigation bar's content below the status bar, and of the tab bar above the inset. */
const NAVIGATION_BAR = 44;
const TAB_BAR = 48;

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
  api.sync("getMenuButtonBoundingClientRect", "width height top right bottom left", () => menuButton(phone));
  api.sync("getMenuButtonLayout", "width height top right bottom left", () => menuButton(phone));
  api.sync("getCustomButtonBoundingClientRect", "leftIcon capsule", () => {
    const capsule = menuButton(phone);
    const leftIcon = { width: 32, height: 32, left: 10, right: 42, top: capsule.top, bottom: capsule.bottom };
    return { leftIcon, capsule };
  });
  api.sync("canIPutStuffOverComponent", "", () => true);

  let shown = windowSize(phone);
  const resized = api.event("WindowResize", "windowWidth windowHeight size");
  const changedTheme = api.event("ThemeChange", "theme");
  phone.on("settings", (change) => {
    if (change.theme) changedTheme.emit({ theme: change.theme });
    if (!change.device && !change.orientation) return;
    const size = windowSize(phone);
    if (size.windowWidth === shown.windowWidth && size.windowHeight === shown.windowHeight) return;
    shown = size;
    resized.emit({ ...size, size });
  });
  api.event("MemoryWarning", "level");
}

/** What `getSystemInfo` tells of a phone as it is now. */
export function systemInfo(phone: Phone) {
  const { device, language, theme, orientation } = phone.settings;
  const { brand, model, system, platform, pixelRatio, statusBarHeight } = device;
  return {
    brand,
    model,
    system,
    platform,
    version: APP_VERSION,
    appName: "Douyin",
    SDKVersion: SDK_VERSION,
    ...screenSize(phone),
    ...windowSize(phone),
    pixelRatio,
    statusBarHeight,
    safeArea: safeArea(phone),
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

function screenSize({ settings: { device, orientation } }: Phone): { screenWidth: number; screenHeight: number } {
  const { width, height } = device;
  return orientation === "portrait" ? { screenWidth: width, screenHeight: height } : { screenWidth: height, screenHeight: width };
}

/** The page's area: the screen without bars. */
function windowSize(phone: Phone): { windowWidth: number; windowHeight: number } {
  const { screenWidth, screenHeight } = screenSize(phone);
  const { app, components, pages } = phone.manifest;
  const { statusBarHeight, bottomInset } = phone.settings.device;
  const route = phone.currentPage()?.route ?? pages[0] ?? "";
  const style = components[route]?.json.navigationStyle ?? app.window?.navigationStyle;
  const isTab = app.tabBar?.list.some(({ pagePath }) => pagePath === route) ?? false;
  const above = style === "custom" ? 0 : statusBarHeight + NAVIGATION_BAR;
  const below = isTab ? TAB_BAR + bottomInset : 0;
  return { windowWidth: screenWidth, windowHeight: screenHeight - above - below };
}

function safeArea(phone: Phone) {
  const { screenWidth, screenHeight } = screenSize(phone);
  const { statusBarHeight, bottomInset } = phone.settings.device;
  const bottom = screenHeight - bottomInset;
  return { left: 0, right: screenWidth, top: statusBarHeight, bottom, width: screenWidth, height: bottom - statusBarHeight };
}

function menuButton(phone: Phone) {
  const { screenWidth } = screenSize(phone);
  const width = 80;
  const height = 32;
  const top = phone.settings.device.statusBarHeight + 6;
  const right = screenWidth - 10;
  return { width, height, top, right, bottom: top + height, left: right - width };
}
