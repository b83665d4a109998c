// A phone in a page that is a desk to it, and keeps what it reports: pages/fake-desk.ts.

import { build } from "esbuild";

import { root } from "./harness.mjs";

const bundled = await build({
  entryPoints: [`${root}tests/e2e/pages/fake-desk.ts`],
  bundle: true,
  write: false,
  format: "iife",
  globalName: "fakeDesk",
  target: "es2022",
});
const script = bundled.outputFiles[0].text;

const SETTINGS = {
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
  theme: "light",
  language: "en",
  foreground: true,
  permissions: {},
  network: { type: "wifi", signaling: true, media: true, delay: 0, loss: 0 },
  camera: "ready",
  microphone: "ready",
  fakeDevices: true,
  location: { latitude: 0, longitude: 0, accuracy: 1 },
};

/**
 * Opens a phone with such a page around it.
 *
 * @param page a page of playwright's
 * @param url of the simulator
 * @param path the mini-program's page to open
 * @returns the phone's frame, once it shows a page. In `page` are `records`, `said(kind)` and `ask(name, ...args)`
 */
export async function phoneOnFakeDesk(page, url, path, id = "one") {
  // A page of the simulator without scripts of its own.
  await page.goto(`${url}settings.json`);
  await page.evaluate(script);
  await page.evaluate(([settings, path]) => fakeDesk.open(settings, path), [{ id, ...SETTINGS }, path]);
  const frame = await (await page.$("iframe")).contentFrame();
  await frame.waitForFunction(() => globalThis.getCurrentPages?.().length > 0, undefined, {
    timeout: 10_000,
  });
  return frame;
}
