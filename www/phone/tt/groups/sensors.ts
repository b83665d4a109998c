/** Accelerometer, compass, gyroscope: the browser's readings where it has any, else those of a phone lying still. */
import type { Api, Listeners } from "../api";

/** In milliseconds: the platform tells five readings a second. */
const INTERVAL = 200;

export function sensors(api: Api): void {
  // In units of standard gravity, as the platform measures; flat on a table.
  sensor(api, "Accelerometer", "x y z", { x: 0, y: 0, z: -1 }, "devicemotion", (event) => {
    const { x, y, z } = (event as DeviceMotionEvent).accelerationIncludingGravity ?? {};
    return typeof x === "number"
      ? { x: x / 9.80665, y: (y ?? 0) / 9.80665, z: (z ?? 0) / 9.80665 }
      : undefined;
  });
  sensor(
    api,
    "Compass",
    "direction accuracy",
    { direction: 0, accuracy: "high" },
    "deviceorientation",
    (event) => {
      const { alpha } = event as DeviceOrientationEvent;
      return typeof alpha === "number" ? { direction: (360 - alpha) % 360, accuracy: "high" } : undefined;
    },
  );
  // In radians a second.
  sensor(api, "Gyroscope", "x y z", { x: 0, y: 0, z: 0 }, "devicemotion", (event) => {
    const { alpha, beta, gamma } = (event as DeviceMotionEvent).rotationRate ?? {};
    const radians = (degrees: number | null | undefined) => ((degrees ?? 0) * Math.PI) / 180;
    return typeof alpha === "number" ? { x: radians(beta), y: radians(gamma), z: radians(alpha) } : undefined;
  });
}

function sensor(
  api: Api,
  name: string,
  fields: string,
  still: object,
  event: string,
  read: (event: Event) => object | undefined,
): void {
  let reading = still;
  let timer: ReturnType<typeof setInterval> | undefined;
  const follow = (event: Event): void => void (reading = read(event) ?? reading);
  const start = (): void => {
    if (timer !== undefined) return;
    addEventListener(event, follow);
    timer = setInterval(() => listeners.emit({ ...reading }), INTERVAL);
  };
  const stop = (): void => {
    removeEventListener(event, follow);
    clearInterval(timer);
    timer = undefined;
  };
  // Whoever listens wants readings, whether it has started the sensor or not.
  const listeners: Listeners = api.event(`${name}Change`, fields, (size) => (size > 0 ? start() : stop()));
  api.async(`start${name}`, { interval: "string?" }, "", start);
  api.async(`stop${name}`, {}, "", stop);
}
