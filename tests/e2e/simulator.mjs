// The simulator for a test: `tt-rtc-sim` on a folder, ended with the test.
//
//   const simulator = await simulate(t, "examples/call", "--phones", "2");
//   await page.goto(simulator.url);

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { startSimulator } from "../../crates/simulator/npm/lib/simulator.js";
import { atLast, emptyFolder, root } from "./harness.mjs";

export const PROGRAM =
  process.env.TT_RTC_SIM ?? `${root}target/debug/tt-rtc-sim${process.platform === "win32" ? ".exe" : ""}`;
process.env.TT_RTC_SIM = PROGRAM;

/**
 * Starts the simulator as `cargo xtask sim` would.
 *
 * @param t the test's context
 * @param folder the mini-program, seen from the project's root
 * @param args further arguments
 * @returns `url` with a slash at its end, and `phoneUrl`, that of a phone's origin; `lines`, what it has
 *   printed so far; and `stop()`, which ends it before the test does
 */
export async function simulate(t, folder, ...args) {
  const { url, lines, stop } = await startSimulator(folder, args, root);
  // Not awaited: what still has a page there closes it in its own hook, and would notice.
  t.after(() => void stop());
  return { url, phoneUrl: url.replace("127.0.0.1", "p1.sim.localhost"), lines, stop };
}

/** A page with nothing on it; tests call `tt` themselves. */
const EMPTY = {
  "pages/a/a.json": "{}",
  "pages/a/a.js": "Page({});",
  "pages/a/a.ttml": "<view>page a</view>",
};

/**
 * A folder with a mini-program of one page, or of what `files` say.
 *
 * @param t the test's context, with which the folder goes
 * @param files texts by their paths
 */
export async function project(t, files = {}) {
  const folder = await emptyFolder();
  const app = {
    "app.js": "App({});",
    "app.json": JSON.stringify({ pages: ["pages/a/a"] }),
    ...EMPTY,
    ...files,
  };
  for (const [name, text] of Object.entries(app)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/**
 * A phone without a desk, on a page of its own. The test fails if the phone says anything in its
 * console that is not `expected`, or if nobody catches an error that is not `uncaught`.
 *
 * @param url of the simulator
 * @param options `query`: more of the phone's address, such as `&fake=1&path=pages%2Fa%2Fa`; `view`: playwright's
 *   options for a context; `timeout`: how long the page waits for what it is asked for, in ms
 * @returns the page, with what the phone complained about so far as `complaints`
 */
export async function openPhone(
  t,
  browser,
  url,
  { expected, uncaught, id = "one", query = "", view = {}, timeout = 10_000 } = {},
) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...view });
  const page = await context.newPage();
  page.setDefaultTimeout(timeout);
  page.complaints = [];
  const unexpected = [];
  const complain = (text, pattern) => {
    page.complaints.push(text);
    if (!pattern?.test(text)) unexpected.push(text);
  };
  page.on("pageerror", (error) => complain(String(error), uncaught));
  page.on("console", (message) => {
    if (/^(error|warning)$/.test(message.type())) complain(message.text(), expected);
  });
  t.after(() => context.close());
  atLast(t, () => assert.deepEqual(unexpected, [], "what the phone complained about"));
  await page.goto(`${url}phone/?id=${id}&user=ada&language=en${query}`);
  await page.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  return page;
}
