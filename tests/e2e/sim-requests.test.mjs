// What a phone sends out and what it keeps: requests, sockets, domains, images, storage. The
// mini-programs are written by the tests; the phones that run them are the simulator's own.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { start } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

/** A page with nothing on it; tests call `tt` themselves. */
const EMPTY = { "pages/a/a.json": "{}", "pages/a/a.js": "Page({});", "pages/a/a.ttml": "<view>page a</view>" };

/** A folder with a mini-program of one page. */
async function project(t, files = {}) {
  const folder = await mkdtemp(join(tmpdir(), "tt-requests-"));
  t.after(() => rm(folder, { recursive: true }));
  const app = { "app.json": JSON.stringify({ pages: ["pages/a/a"] }), ...EMPTY, ...files };
  for (const [name, text] of Object.entries(app)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** The phone of this simulator in a window of its own, started. */
async function open(page, url) {
  await page.goto(`${url}phone/?id=1&user=u`);
  await page.getByText("page a").waitFor();
  return page;
}

test("what a phone keeps is its project's: another one on the same port does not see it", async (t) => {
  const config = { "project.config.json": JSON.stringify({ appid: "tt0123456789abcdef01" }) };
  const [first, second] = await Promise.all([project(t, config), project(t, config)]);
  const { context } = await start(t);
  const page = await context.newPage();
  const seen = () =>
    page.evaluate(() => {
      const files = tt.getFileSystemManager();
      return { token: tt.getStorageSync("token"), files: files.readdirSync("ttfile://user") };
    });

  const one = await simulate(t, first);
  const { port } = new URL(one.url);
  await open(page, one.url);
  await page.evaluate(() => {
    tt.setStorageSync("token", "secret");
    tt.getFileSystemManager().writeFileSync("ttfile://user/a.txt", "a");
  });
  await one.stop();

  const two = await simulate(t, second, "--port", port);
  assert.equal(two.url, one.url);
  await open(page, two.url);
  assert.deepEqual(await seen(), { token: "", files: [] });
  await two.stop();

  const again = await simulate(t, first, "--port", port);
  await open(page, again.url);
  assert.deepEqual(await seen(), { token: "secret", files: ["a.txt"] });
});

test("a desk keeps phones and permissions of each project apart", async (t) => {
  const [first, second] = await Promise.all([project(t), project(t)]);
  const { context } = await start(t);
  const page = await context.newPage();
  const camera = () => page.evaluate(() => window.desk.phones.map(({ settings }) => settings.permissions["scope.camera"]));
  const desk = (url) =>
    page.goto(`${url}?phones=1`).then(() => page.frameLocator("iframe.phone").getByText("page a").waitFor());

  const one = await simulate(t, first);
  const { port } = new URL(one.url);
  await desk(one.url);
  await page.evaluate(() => window.desk.apply(window.desk.phones, { permissions: { "scope.camera": "granted" } }));
  await one.stop();
  const two = await simulate(t, second, "--port", port);
  await desk(two.url);
  assert.deepEqual(await camera(), ["prompt"]);
  await two.stop();
  const again = await simulate(t, first, "--port", port);
  await desk(again.url);
  assert.deepEqual(await camera(), ["granted"]);
});
