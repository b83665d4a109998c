// Calls between Chromium and Firefox, through a real server, and the simulator in Firefox.

import assert from "node:assert/strict";
import { test } from "node:test";

import { launchFirefox } from "./firefox.mjs";
import { pathIsCut } from "./network/breakdowns.mjs";
import { now, pause, startScene } from "./network/scene.mjs";
import { simulate } from "./simulator.mjs";

/** What of a call's sound and pictures has arrived so far. */
async function arrived({ page }) {
  const entries = await page.evaluate(async () => {
    const reports = await Promise.all(seen.made.map((connection) => connection.getStats()));
    const entries = reports.flatMap((report) => [...report.values()]);
    const received = entries.filter(({ type }) => type === "inbound-rtp");
    return received.map(({ kind, packetsReceived }) => [kind, packetsReceived]);
  });
  return Object.fromEntries(entries);
}

test("Chromium and Firefox see and hear each other, and stay together", async (t) => {
  const scene = await startScene({ bobsBrowser: launchFirefox });
  t.after(() => scene.close());
  const before = await Promise.all(scene.people.map(arrived));
  const from = now();
  // Longer than any silence that is waited for.
  await pause(10_000);
  for (const [index, person] of scene.people.entries()) {
    const { audio, video } = await arrived(person);
    assert.ok(audio > before[index].audio, `${person.user} hears`);
    assert.ok(video > before[index].video, `${person.user} sees`);
    await person.frameAfter(from);
    const states = await person.states();
    assert.deepEqual(
      states.map(({ connection }) => connection),
      ["connecting", "connected"],
      person.user,
    );
    assert.equal(await person.connections(), 1);
  }
});

test("a call of Chromium and Firefox comes back after a cut", async (t) => {
  const scene = await startScene({ bobsBrowser: launchFirefox });
  t.after(() => scene.close());
  const { early } = await pathIsCut(scene, 4_000);
  assert.deepEqual(early, [], "nobody is told of a path that is not there");
  for (const person of scene.people) {
    await person.frameAfter(now());
    const lost = (await person.states()).filter(({ connection }) => connection === "reconnecting");
    assert.equal(lost.length, 1, `${person.user} is told of one cut`);
  }
});

test("in the simulator in Firefox, two phones see each other", async (t) => {
  const simulator = await simulate(t, "examples/call");
  const browser = await launchFirefox();
  t.after(() => browser.close());
  const page = await (await browser.newContext()).newPage();
  await page.goto(`${simulator.url}?phones=2&fake=1`);
  const phone = async (user) =>
    (await page.waitForSelector(`iframe.phone[data-user=${user}]`)).contentFrame();
  const [alice, bob] = await Promise.all([phone("alice"), phone("bob")]);
  for (const phone of [alice, bob]) {
    for (const button of ["::-p-text(Allow)", ".join", "::-p-text(Allow)"]) {
      // puppeteer clicks beside what is in a frame that is scaled.
      await (await phone.waitForSelector(button)).evaluate((button) => button.click());
    }
  }
  for (const phone of [alice, bob]) {
    for (const tile of [1, 2]) {
      const video = await phone.waitForSelector(`>>> .tile:nth-child(${tile}) >>> video`);
      await video.evaluate((video) => new Promise((seen) => video.requestVideoFrameCallback(seen)));
    }
  }
});
