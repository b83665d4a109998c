// A call can be traced, and its trace be replayed by crates/room/tests/replay.rs.

import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";

import { root, start } from "./harness.mjs";
import { until } from "./person.mjs";

const files = { "/blank.html": "<!doctype html><title>blank</title><body>" };

/** A page with the package, and what `lib`, the package, and `ask`, a call of the API, are there. */
async function open(t) {
  const { open } = await start(t, { files });
  const page = await open("/blank.html");
  await page.evaluate(async () => {
    window.lib = await import("/pkg/index.js");
    await lib.default();
    window.ask = (context, method, options) =>
      new Promise((success, fail) => context[method]({ ...options, success, fail }));
  });
  return page;
}

test("a trace has every input and output of a call, and no token", async (t) => {
  const page = await open(t);
  const entries = await page.evaluate(async () => {
    const entries = [];
    lib.trace((entry) => entries.push(entry));
    const alice = lib.createWebRoomContext({ appId: "app" });
    const bob = lib.createWebRoomContext({ appId: "app" });
    const join = (context, userId) =>
      ask(context, "joinRtcRoom", { roomId: "room", userId, token: "a-token" });
    await ask(alice, "changeVideoCapture", { state: 1 });
    await join(alice, "alice");
    await join(bob, "bob");
    await ask(alice, "updateToken", { token: "a-token" });
    const connected = () => lib.connections(alice)[0]?.connection.connectionState === "connected";
    while (!connected()) await new Promise((done) => setTimeout(done, 20));
    await ask(bob, "exitRtcRoom", { roomId: "room" });
    await ask(alice, "exitRtcRoom", { roomId: "room" });
    lib.trace();
    lib.destroy(alice);
    lib.destroy(bob);
    return entries;
  });
  const alice = entries.filter(({ engine }) => engine === 1);
  const { version } = JSON.parse(await readFile(`${root}pkg/package.json`, "utf8"));
  assert.deepEqual(alice[0].start, { version, app: "app", seed: alice[0].start.seed });
  assert.ok(Number.isSafeInteger(alice[0].start.seed));
  const name = (what) => (typeof what === "string" ? what : Object.keys(what)[0]);
  const inputs = new Set(alice.flatMap(({ input }) => (input === undefined ? [] : [name(input)])));
  const outputs = new Set(alice.flatMap(({ output }) => (output === undefined ? [] : [name(output)])));
  for (const kind of ["request", "device", "connected", "message", "media"])
    assert.ok(inputs.has(kind), kind);
  for (const kind of ["answer", "event", "device", "connect", "send", "media"])
    assert.ok(outputs.has(kind), kind);
  assert.ok(!JSON.stringify(entries).includes("a-token"));
  assert.ok(JSON.stringify(entries).includes("redacted"));
  assert.deepEqual([...new Set(entries.map(({ engine }) => engine))], [1, 2]);
  // How the trace came about that the replay is tested with. No machine's address is in it.
  const copy = process.env.TT_RTC_TRACE_COPY;
  const lines = alice.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  if (copy) await writeFile(copy, lines.replaceAll(/\b(?!0\.|127\.)\d+(\.\d+){3}\b/g, "192.0.2.1"));
});

test("the console has as much of it as install was told", async (t) => {
  const page = await open(t);
  const lines = [];
  page.on("console", (message) => lines.push(`${message.type()} ${message.text()}`));
  const call = async (log) => {
    lines.length = 0;
    await page.evaluate(async (log) => {
      const target = {};
      const context = lib.install({ target, ...(log && { log }) }).createRtcRoomContext("app");
      await ask(context, "joinRtcRoom", { roomId: "room", userId: "alice", token: "a-token" });
      lib.destroy(context);
      console.log("end");
    }, log);
    await until(() => lines.at(-1) === "log end");
    return new Set(lines.map((line) => line.split(" ")[0]));
  };
  assert.deepEqual(await call(), new Set(["log"]));
  assert.deepEqual(await call("info"), new Set(["info", "log"]));
  assert.deepEqual(await call("debug"), new Set(["info", "debug", "log"]));
  assert.deepEqual(await call("warn"), new Set(["log"]));
});

test("a callback that throws harms nothing, and the package says its version", async (t) => {
  const page = await open(t);
  page.on("pageerror", () => {});
  const version = await page.evaluate(async () => {
    window.onerror = () => true;
    console.error = () => {};
    lib.trace(() => {
      throw new Error("of the page");
    });
    const context = lib.createWebRoomContext({ appId: "app" });
    await ask(context, "joinRtcRoom", { roomId: "room", userId: "alice", token: "" });
    lib.destroy(context);
    return lib.version;
  });
  assert.equal(version, JSON.parse(await readFile(`${root}pkg/package.json`, "utf8")).version);
});
