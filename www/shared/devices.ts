/** The phones one can choose from: well-known models with their sizes in CSS pixels. */
import type { Device } from "./bridge";

export const DEVICES: readonly Device[] = [
  {
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
  {
    brand: "Apple",
    model: "iPhone 8",
    system: "15.0",
    platform: "ios",
    width: 375,
    height: 667,
    pixelRatio: 2,
    statusBarHeight: 20,
    bottomInset: 0,
  },
  {
    brand: "Xiaomi",
    model: "Mi 10",
    system: "12",
    platform: "android",
    width: 393,
    height: 851,
    pixelRatio: 2.75,
    statusBarHeight: 33,
    bottomInset: 0,
  },
  {
    brand: "Apple",
    model: "iPhone 14 Pro Max",
    system: "16.4",
    platform: "ios",
    width: 430,
    height: 932,
    pixelRatio: 3,
    statusBarHeight: 59,
    bottomInset: 34,
  },
  {
    brand: "HUAWEI",
    model: "P40",
    system: "10",
    platform: "android",
    width: 360,
    height: 780,
    pixelRatio: 3,
    statusBarHeight: 32,
    bottomInset: 0,
  },
  {
    brand: "Apple",
    model: "iPad mini",
    system: "16.4",
    platform: "ios",
    width: 744,
    height: 1133,
    pixelRatio: 2,
    statusBarHeight: 24,
    bottomInset: 20,
  },
];

/** The device of that model, or the first one. */
export function deviceOf(model: string): Device {
  return DEVICES.find((device) => device.model === model) ?? (DEVICES[0] as Device);
}
