// Parts of the phone and the desk that need no browser, each by itself.

import assert from "node:assert/strict";
import { test } from "node:test";

import { build } from "esbuild";

import { archive } from "./archive.mjs";
import { root } from "./harness.mjs";

/** A module of `www/`. */
async function load(path) {
  const { outputFiles } = await build({
    entryPoints: [`${root}www/${path}`],
    bundle: true,
    write: false,
    format: "esm",
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

const { Turns } = await load("phone/runtime/turns.ts");
const { Meter } = await load("phone/call/stats.ts");
const { Log } = await load("desk/log.ts");
const { unzip } = await load("phone/tt/groups/zip.ts");
const { EXCERPT, excerptOf } = await load("shared/excerpt.ts");

/** Something that asks for turns at a clock of its own. */
function turns(t) {
  let now = 0;
  const turns = new Turns(() => now);
  t.after(() => turns.close());
  return { ask: turns.ask, pass: (milliseconds) => (now += milliseconds) };
}

test("a loop that leaves nothing else a chance is stopped, and so is one around it", (t) => {
  const { ask, pass } = turns(t);
  let looks = 0;
  const loop = () => {
    for (;;) {
      ask();
      pass(100);
      looks += 1;
    }
  };
  assert.throws(loop, /more than 5 s/);
  assert.ok(looks >= 50);
  assert.throws(ask, /more than 5 s/);
});

test("a loop that waits may go on for ever", async (t) => {
  const { ask, pass } = turns(t);
  for (let turn = 0; turn < 100; turn += 1) {
    ask();
    pass(200);
    ask();
    await new Promise((resolve) => setTimeout(resolve));
  }
});

test("a stop in the debugger is no loop", (t) => {
  const { ask, pass } = turns(t);
  ask();
  pass(60_000);
  ask();
});

test("quick loops are asked seldom, slow ones often", (t) => {
  const { ask, pass } = turns(t);
  let step = 0;
  for (let look = 0; look < 20; look += 1) step = ask();
  assert.equal(step, 1_000_000);
  for (let look = 0; look < 10; look += 1) {
    pass(100);
    step = ask();
  }
  assert.ok(step < 100, `${step}`);
});

test("rates are not known at the first look, and zero only where nothing flows", async () => {
  let report = { id: "o", type: "outbound-rtp", mid: "0", timestamp: 1_000, bytesSent: 5_000 };
  const connection = { getStats: async () => new Map([["o", report]]) };
  const sender = { track: { kind: "audio" } };
  const transceivers = {
    microphone: { mid: "0", sender, receiver: { track: { kind: "audio", muted: true } } },
  };
  const meter = new Meter();
  const rate = async () =>
    (await meter.measure([{ userId: "bob", connection, transceivers }]))[0].bitsPerSecond;
  assert.equal(await rate(), null);
  report = { ...report, timestamp: 2_000, bytesSent: 7_000 };
  assert.equal(await rate(), 16_000);
  report = { ...report, timestamp: 3_000 };
  assert.equal(await rate(), 0);
});

test("a problem that is resolved goes, unless another phone has it", () => {
  const problem = {
    severity: "warning",
    file: "a.ttml",
    line: 2,
    column: 1,
    excerpt: "",
    excerptColumn: 1,
    message: "m",
  };
  const log = new Log();
  for (const phone of ["1", "1", "2"]) log.add(phone, { kind: "problem", time: 0, problem });
  log.add("1", { kind: "problem", time: 0, problem: { ...problem, line: 3 } });
  const lines = () => log.distinctProblems().map(({ line }) => line);
  assert.deepEqual(lines(), [2, 3]);
  log.add("1", { kind: "resolved", time: 0, problems: [problem] });
  assert.deepEqual(lines().toSorted(), [2, 3]);
  log.add("2", { kind: "resolved", time: 0, problems: [problem] });
  assert.deepEqual(lines(), [3]);
  log.restarted("1");
  assert.deepEqual(lines(), []);
});

test("of a long line the part around the column is shown", () => {
  assert.deepEqual(excerptOf("  <view>\r", 3), { excerpt: "  <view>", excerptColumn: 1 });
  for (const at of [0, 74, 75, 5_000, 9_999]) {
    const line = "视".repeat(at) + "!" + "😀".repeat(9_999 - at);
    const { excerpt, excerptColumn } = excerptOf(line, at + 1);
    const characters = Array.from(excerpt);
    assert.ok(characters.length <= EXCERPT);
    assert.equal(characters[at + 1 - excerptColumn], "!");
  }
});

test("an archive is taken apart whole, or not at all", async () => {
  const whole = archive({ "a/b.txt": "deep", "c.txt": "x".repeat(5_000) });
  const files = await unzip(Uint8Array.from(whole));
  assert.deepEqual(
    files.map(({ name, data }) => [name, data.length]),
    [
      ["a/b.txt", 4],
      ["c.txt", 5_000],
    ],
  );
  const damaged = /the file is not a ZIP archive, or damaged/;
  const directory = whole.indexOf("PK\x01\x02");
  // The checksum and the size of the first file, and where the archive says its first file is.
  for (const at of [16, 24, 42]) {
    const changed = Uint8Array.from(whole);
    changed[directory + at] ^= 1;
    await assert.rejects(unzip(changed), damaged, `byte ${at}`);
  }
  await assert.rejects(unzip(Uint8Array.from(whole.subarray(0, -30))), damaged);
  const burst = Uint8Array.from(archive({ "a.txt": "0".repeat(201 << 20) }));
  await assert.rejects(unzip(burst), /the archive holds more than \d+ bytes/);
  // One that says less than it has.
  burst.set([1, 0, 0, 0], Buffer.from(burst).indexOf("PK\x01\x02") + 24);
  await assert.rejects(unzip(burst), damaged);
});
