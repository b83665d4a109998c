// A call survives what networks do. How long it takes is `cargo xtask bench recovery`'s business.

import assert from "node:assert/strict";
import { test } from "node:test";

import { oneIsGone, packetsAreLost, pathIsCut, serverDies, socketsBreak } from "./network/breakdowns.mjs";
import { startScene } from "./network/scene.mjs";

async function begin(t, options) {
  const scene = await startScene(options);
  t.after(() => scene.close());
  return scene;
}

/** Nobody was told that somebody left, and no connection was made anew. */
async function nobodyNoticed({ people }) {
  for (const person of people) {
    const lists = (await person.lists()).map(({ list }) => list);
    const both = lists.indexOf("alice bob");
    assert.deepEqual(lists.slice(both), ["alice bob"], `the lists of ${person.user}`);
    assert.equal(await person.connections(), 1, `the connections of ${person.user}`);
    assert.deepEqual(await person.page.evaluate(() => seen.interrupted), []);
  }
}

/** Whoever is told that they are connected again has heard something before. */
const nothingIsPromised = ({ early }) => assert.deepEqual(early, [], "connected, while it was cut");

test("the connections to the server break and are made anew, and nobody notices", async (t) => {
  const scene = await begin(t);
  await socketsBreak(scene);
  await nobodyNoticed(scene);
});

test("the server is killed and started again, and nobody notices", async (t) => {
  const scene = await begin(t);
  await serverDies(scene);
  await nobodyNoticed(scene);
});

test("a call between two browsers survives the loss of its path", async (t) => {
  const scene = await begin(t, { processes: true });
  nothingIsPromised(await pathIsCut(scene, 1_000));
  nothingIsPromised(await pathIsCut(scene, 3_000));
  nothingIsPromised(await pathIsCut(scene, 8_000));
  await nobodyNoticed(scene);
});

test("a call survives a change of all addresses", async (t) => {
  const scene = await begin(t);
  nothingIsPromised(await pathIsCut(scene, 3_000, { newAddresses: true }));
  await nobodyNoticed(scene);
});

test("a call survives the loss of its path and of the server together", async (t) => {
  const scene = await begin(t);
  nothingIsPromised(await pathIsCut(scene, 8_000, { signaling: true }));
  await nobodyNoticed(scene);
});

test("a call stays while packets are lost and late", async (t) => {
  const scene = await begin(t);
  for (const loss of [0.05, 0.15]) {
    const { rate } = await packetsAreLost(scene, 20_000, { loss, delay: 100 });
    assert.ok(rate > 1, `frames were shown at ${loss}`);
  }
  await nobodyNoticed(scene);
});

test("who is gone for long is seen to leave, and to come back", async (t) => {
  const scene = await begin(t);
  await oneIsGone(scene, 20_000);
  for (const person of scene.people) {
    assert.deepEqual(await person.page.evaluate(() => seen.interrupted), []);
  }
});
