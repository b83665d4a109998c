// Small programs of other people that ran on a phone and not here, as far as built-in components go:
// the folders of cases/.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { launch, root } from "./harness.mjs";
import { openPhone, simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A phone with the case's only page. The test fails if it complains of anything that is not `expected`. */
async function open(t, name, expected) {
  const { url } = await simulate(t, `tests/e2e/cases/${name}`);
  return openPhone(t, browser, url, { expected, id: name, query: "&fake=1" });
}

/** Calls a method of the page on top. */
const method = (page, name, ...values) =>
  page.evaluate(
    ([name, values]) =>
      getCurrentPages()
        .at(-1)
        [name](...values),
    [name, values],
  );

/** A server of its own origin with a picture; `referrers` are those it was told. */
async function pictures(t, headers = {}) {
  const referrers = [];
  const picture = await readFile(`${root}tests/e2e/cases/canvas-frame/blue.png`);
  const server = createServer((request, response) => {
    referrers.push(request.headers.referer ?? "");
    response.writeHead(200, { "content-type": "image/png", ...headers }).end(picture);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  return { url: `http://127.0.0.1:${server.address().port}/blue.png`, referrers };
}

test("rtc-room-size: an rtc-room without a style fills its box and shows the picture", async (t) => {
  const page = await open(t, "rtc-room-size");
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  await page.waitForFunction(() =>
    [...document.querySelectorAll("rtc-room")].some(({ video }) => video?.videoWidth > 0),
  );
  const height = (id) =>
    page.locator(`#${id} tt-rtc-room`).evaluate((room) => room.getBoundingClientRect().height);
  await page.waitForFunction(() => document.querySelector("#none tt-rtc-room").clientHeight > 0);
  assert.equal(await height("fixed"), 300);
  assert.equal(await height("least"), 160, "a least height");
  assert.equal(await height("shape"), 100, "a height from the width");
  assert.equal(await height("row"), 120, "a height from the line");
  assert.equal(await height("none"), 225, "no height at all");
  assert.equal(await height("zero"), 0, "the page's own style");
});

test("canvas-frame: canvas nodes have what a phone's have, on the page and off it", async (t) => {
  const { url } = await pictures(t);
  const page = await open(t, "canvas-frame", /CORS|ERR_FAILED|willReadFrequently|GL Driver/);
  await page.waitForFunction(() => getCurrentPages()[0].data.without);
  assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].data.without), [[], [], []]);
  const blue = [0, 0, 255, 255];
  assert.deepEqual(await method(page, "frames"), [[255, 0, 0, 255], blue, [0, 255, 0, 255], [0, 0, 0, 0]]);
  assert.deepEqual(await method(page, "draw", "/blue.png"), [4, 3, ...blue], "from the project");
  assert.deepEqual(
    await method(page, "draw", url),
    [4, 3, ...blue],
    "from a server that allows no other origin",
  );
  assert.equal(
    await method(page, "draw", "data:image/png;base64,AAAA"),
    "the image cannot be loaded: data:image/png;base64,AAAA",
  );
  assert.deepEqual((await method(page, "file")).slice(2), [0, 255, 0, 255], "a file of what webgl drew");
  assert.equal(
    await page.evaluate(() => typeof tt.createMediaRecorder(getCurrentPages()[0].flat).start),
    "function",
  );
  assert.equal(
    await page.evaluate(
      () => getCurrentPages()[0].flat.parentNode ?? getCurrentPages()[0].flat.ownerDocument,
    ),
    undefined,
    "no way into the document",
  );
});

test("broken-image: an image that cannot be loaded shows nothing, and its page is told", async (t) => {
  const { url, referrers } = await pictures(t);
  const page = await open(t, "broken-image", /404/);
  await page.waitForFunction(() => getCurrentPages()[0].data.failures.length > 0);
  const { failures } = await page.evaluate(() => getCurrentPages()[0].data);
  assert.equal(failures.length, 1);
  assert.match(failures[0].detail.errMsg, /gone\.png/);
  const shown = await page.locator("#gone").screenshot();
  const colours = await page.evaluate(
    async (bytes) => {
      const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const pen = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
      pen.drawImage(bitmap, 0, 0);
      const { data } = pen.getImageData(0, 0, bitmap.width, bitmap.height);
      return [...new Set(new Uint32Array(data.buffer))].length;
    },
    [...shown],
  );
  assert.equal(colours, 1, "the one colour of the page");

  await page.evaluate((network) => getCurrentPages()[0].setData({ network }), url);
  await page.waitForFunction(() => getCurrentPages()[0].data.loads.length > 0);
  assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].data.loads), [{ width: 4, height: 3 }]);
  assert.deepEqual([...new Set(referrers)], [""], "servers that look at referrers see none");
});

test("encoder-crops: a limit for what is sent leaves one's own video whole", async (t) => {
  const page = await open(t, "encoder-crops");
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  const size = () =>
    page.evaluate(() => {
      const { video } = document.querySelector("rtc-room");
      return [video.videoWidth, video.videoHeight];
    });
  await page.waitForFunction(() => document.querySelector("rtc-room").video?.videoWidth > 0);
  assert.deepEqual(await size(), [360, 480]);
  await page.getByRole("button", { name: "smaller" }).click();
  await page.locator("#done", { hasText: "done" }).waitFor();
  // Frames that were made after the answer.
  await page.evaluate(
    () =>
      new Promise((seen) => {
        const { video } = document.querySelector("rtc-room");
        video.requestVideoFrameCallback(() =>
          video.requestVideoFrameCallback(() => video.requestVideoFrameCallback(seen)),
        );
      }),
  );
  assert.deepEqual(await size(), [360, 480]);
});
