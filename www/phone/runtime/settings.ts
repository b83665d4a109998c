/** A phone's settings: from the desk, or from its own address where there is no desk. */
import { DEVICES } from "../../shared/devices";
import type { DeepPartial, PhoneSettings } from "../../shared/bridge";

/** Where a browser keeps the name of its phone. */
const GUEST = "tt-sim.guest";

/** The settings of a phone without a desk, from its address. */
export function ownSettings(query: URLSearchParams): PhoneSettings {
  const id = query.get("id") ?? guest();
  const user = query.get("user") ?? id;
  const device = DEVICES.find(({ model }) => model === query.get("device")) ?? DEVICES[0];
  return {
    id,
    user: { id: user, nickName: user, avatarUrl: "" },
    device: { ...(device as PhoneSettings["device"]) },
    orientation: "portrait",
    theme: query.get("theme") === "dark" ? "dark" : "light",
    language: query.get("language") === "zh_CN" ? "zh_CN" : "en",
    foreground: true,
    // As on the desk.
    permissions: { "scope.userInfo": "granted" },
    network: { type: "wifi", signaling: true, media: true, delay: 0, loss: 0 },
    camera: "ready",
    microphone: "ready",
    fakeDevices: query.get("fake") === "1",
    location: { latitude: 39.9042, longitude: 116.4074, accuracy: 30 },
  };
}

/** The name of a phone that nobody named: another one in each browser, and the same there each time. */
function guest(): string {
  const made = `guest-${crypto.getRandomValues(new Uint16Array(1))[0]}`;
  try {
    const kept = localStorage.getItem(GUEST);
    if (kept === null) localStorage.setItem(GUEST, made);
    return kept ?? made;
  } catch {
    // A browser that keeps nothing: a new guest each time.
    return made;
  }
}

/** Puts a change into settings, deep in those of its parts that are objects. */
export function applyChange(settings: object, change: object): void {
  const target = settings as Record<string, unknown>;
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue;
    const old = target[name];
    if (isObject(value) && isObject(old)) {
      // Anew, so that who kept the old one can tell.
      const part = { ...old };
      applyChange(part, value);
      target[name] = part;
    } else {
      target[name] = value;
    }
  }
}

export type SettingsChange = DeepPartial<PhoneSettings>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
