// What a page does not show is not sent to it, and what it shows small is sent small. Nothing is negotiated for it,
// and who is heard is heard.

import assert from "node:assert/strict";
import { test } from "node:test";

import { untilItMoves } from "../../crates/simulator/npm/lib/phone.js";
import { start } from "./harness.mjs";
import { observe } from "./person.mjs";

/** How long a stream that goes on cannot be without a packet, in milliseconds. */
const QUIET = 1_500;

/** Two tabs in a call, each with a tile of the other. */
async function pair(t) {
  const { context, open } = await start(t);
  await context.addInitScript(observe);
  const pages = [];
  for (const [me, other] of [
    ["alice", "bob"],
    ["bob", "alice"],
  ]) {
    const page = await open(`/tests/tiles.html?me=${me}&other=${other}`);
    await page.evaluate(() => ready);
    pages.push(page);
  }
  const [alice, bob] = pages;
  for (const page of pages) await moves(page);
  return { alice, bob };
}

/** Waits until the picture in the page's tile moves. */
async function moves(page) {
  await (await page.evaluateHandle(() => video)).evaluate(untilItMoves);
}

/** Waits until no video arrives at the page any more; sound still does. */
async function getsNoVideo(page) {
  for (;;) {
    const before = await page.evaluate(() => received());
    await page.waitForTimeout(QUIET);
    const after = await page.evaluate(() => received());
    assert.ok(after.audio > before.audio, "sound goes on");
    if (after.video === before.video) return;
  }
}

/** The width of the picture that arrives at the page, once it is as wanted. */
async function width(page, isWanted) {
  await page.waitForFunction(isWanted, null, { timeout: 60_000 });
  return page.evaluate(() => video.videoWidth);
}

const style = (page, styles) => page.evaluate((styles) => void Object.assign(room.style, styles), styles);
const descriptions = (page) => page.evaluate(() => seen.descriptions);

test("a tile that is not displayed, out of view or gone gets no video, and gets it again", async (t) => {
  const { alice, bob } = await pair(t);
  const before = await descriptions(alice);
  for (const [hide, show] of [
    [() => style(bob, { display: "none" }), () => style(bob, { display: "block" })],
    [() => bob.evaluate(() => scrollTo(0, 4_000)), () => bob.evaluate(() => scrollTo(0, 0))],
    [() => bob.evaluate(() => room.remove()), () => bob.evaluate(() => document.body.append(room))],
    [() => bob.evaluate(() => (room.userId = "carol")), () => bob.evaluate(() => (room.userId = "alice"))],
  ]) {
    await hide();
    await getsNoVideo(bob);
    await show();
    await moves(bob);
  }
  assert.equal(await descriptions(alice), before, "nothing was negotiated for it");
  await moves(alice);
});

test("a small tile gets a small picture, a large one a large picture", async (t) => {
  const { bob } = await pair(t);
  await style(bob, { width: "160px", height: "120px" });
  assert.ok((await width(bob, () => video.videoWidth < 200)) >= 160, "not smaller than it is shown");
  await style(bob, { width: "640px", height: "480px" });
  assert.ok((await width(bob, () => video.videoWidth > 300)) > 300);
});

test("an element that is made anew misses no video", async (t) => {
  const { bob } = await pair(t);
  const before = await bob.evaluate(() => received());
  // As a framework does that has other keys now.
  for (let time = 0; time < 20; time += 1) {
    await bob.evaluate(() => {
      const clone = room.cloneNode();
      room.replaceWith(clone);
      Object.assign(globalThis, { room: clone, video: clone.shadowRoot.querySelector("video") });
    });
    await bob.waitForTimeout(100);
  }
  await moves(bob);
  assert.ok((await bob.evaluate(() => received())).video > before.video);
});

test("a tile in picture-in-picture gets video also where its element is out of view", async (t) => {
  const { bob } = await pair(t);
  // What a browser does without a window, which headless ones cannot open.
  const floats = (on) =>
    bob.evaluate((on) => {
      const property = { configurable: true, value: on ? video : null };
      Object.defineProperty(room.shadowRoot, "pictureInPictureElement", property);
      video.dispatchEvent(new Event(on ? "enterpictureinpicture" : "leavepictureinpicture"));
    }, on);
  await floats(true);
  await bob.evaluate(() => scrollTo(0, 4_000));
  await bob.waitForTimeout(QUIET);
  await moves(bob);
  await floats(false);
  await getsNoVideo(bob);
});
