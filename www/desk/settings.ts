/** The settings of phones: what one starts with, how changes are put in, and where they are kept. */
import type { DeepPartial, PhoneSettings } from "../shared/bridge";
import { deviceOf } from "../shared/devices";
import { userOf } from "./people";

/** The scopes a user can decide on, in the order shown. */
export const SCOPES = [
  "scope.camera",
  "scope.record",
  "scope.userInfo",
  "scope.userLocation",
  "scope.address",
  "scope.album",
] as const;

/** A phone as it comes out of its box. `id` is its number, from 1, as text. */
export function newSettings(id: string, defaults: DeepPartial<PhoneSettings>): PhoneSettings {
  const settings: PhoneSettings = {
    id,
    user: userOf(Number(id) - 1),
    device: deviceOf(""),
    orientation: "portrait",
    theme: "light",
    language: "zh_CN",
    foreground: true,
    // Who it is may be known; what it sees and hears is asked for.
    permissions: {
      ...Object.fromEntries(SCOPES.map((scope) => [scope, "prompt"])),
      "scope.userInfo": "granted",
    },
    network: { type: "wifi", signaling: true, media: true, delay: 0, loss: 0 },
    camera: "ready",
    microphone: "ready",
    fakeDevices: false,
    location: { latitude: 39.9087, longitude: 116.3975, accuracy: 20 },
  };
  return merge(settings, defaults);
}

/** `settings` with `change` put in, deep; neither is altered. */
export function merge<T>(settings: T, change: DeepPartial<NoInfer<T>>): T {
  if (!isPlain(settings) || !isPlain(change)) return change as T;
  const result: Record<string, unknown> = { ...settings };
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) continue;
    result[key] = key in result ? merge(result[key], value as DeepPartial<unknown>) : value;
  }
  return result as T;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What of the browser's storage is used: none of it may be there (private windows). */
export function load<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as T);
  } catch {
    return undefined;
  }
}

export function save(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // Full or forbidden: the settings hold until the page is closed.
  }
}
