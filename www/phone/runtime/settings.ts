/** A phone's settings: from the desk, or from its own address where there is no desk. */
import { DEVICES } from "../../desk/devices";
import type { DeepPartial, DeskHost, PhoneSettings } from "../../shared/bridge";

/** The desk that this phone stands on. */
export function deskOf(window: Window): DeskHost | undefined {
  try {
    return window.parent === window ? undefined : (window.parent as Window & { desk?: DeskHost }).desk;
  } catch {
    // The page around is of another origin.
    return undefined;
  }
}

export function startSettings(query: URLSearchParams, desk: DeskHost | undefined): PhoneSettings {
  const id = query.get("id") ?? "phone";
  if (desk) return structuredClone(desk.settings(id));
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
    permissions: {},
    network: { type: "wifi", signaling: true, media: true, delay: 0, loss: 0 },
    camera: "ready",
    microphone: "ready",
    fakeDevices: query.get("fake") === "1",
    location: { latitude: 39.9042, longitude: 116.4074, accuracy: 30 },
  };
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
