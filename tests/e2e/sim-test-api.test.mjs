// `tt-rtc-sim/test` and `tt-rtc-sim test`: tests as users of the simulator write and run them.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { readFile, readdir, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { launch } from "tt-rtc-sim/test";

import { emptyFolder, findChromium, root } from "./harness.mjs";
import { project } from "./simulator.mjs";

const COMMAND = `${root}crates/simulator/npm/bin/tt-rtc-sim.js`;
process.env.TT_RTC_CHROMIUM ??= findChromium();

const APP = {
  "app.js": "App({ globalData: { visits: 3 } });",
  "app.json": JSON.stringify({ pages: ["pages/a/a", "pages/b/b"] }),
  "pages/a/a.json": JSON.stringify({ usingComponents: { counter: "/counter" } }),
  "pages/a/a.js": `Page({
    data: { name: "", list: [{ id: 1, text: "one" }, { id: 2, text: "two" }], told: null },
    onName(event) { this.setData({ name: event.detail.value }); },
    onTap(event) { this.setData({ tapped: event.currentTarget.dataset.id }); },
    onCount(event) { this.setData({ told: event.detail }); },
    sum(a, b) { return a + b; },
    scan() { tt.scanCode({ success: ({ result }) => this.setData({ code: result }), fail: ({ errMsg }) => this.setData({ code: errMsg }) }); },
  });`,
  "pages/a/a.ttml": `<input class="name" value="{{name}}" bindinput="onName" />
    <view tt:for="{{list}}" tt:key="id" class="item" data-id="{{item.id}}" bindtap="onTap"><text class="label">{{item.text}}</text></view>
    <counter id="counter" start="{{5}}" bindcount="onCount" />`,
  "counter.json": JSON.stringify({ component: true }),
  "counter.js": `Component({
    properties: { start: Number },
    data: { count: 0 },
    methods: { add(by) { this.setData({ count: this.data.count + by }); return this.data.count; } },
  });`,
  "counter.ttml": '<view class="count">{{start + count}}</view>',
  "pages/b/b.js": "Page({});",
  "pages/b/b.ttml": "<view>{{1 + 1}}</view>",
};

test("a test reads and changes pages as miniprogram-automator does", async (t) => {
  const { phones } = await launch({ test: t, folder: await project(t, APP), phones: 1 });
  const [phone] = phones;
  const page = await phone.currentPage();
  assert.deepEqual([page.path, page.query], ["pages/a/a", {}]);

  const name = await page.$(".name");
  await name.input("Ada");
  assert.deepEqual(
    [await name.value(), await page.data("name"), await name.tagName()],
    ["Ada", "Ada", "input"],
  );

  const items = await page.$$(".item");
  assert.deepEqual(await Promise.all(items.map((item) => item.text())), ["one", "two"]);
  await items[1].tap();
  assert.equal(await page.data("tapped"), 2);
  assert.deepEqual([await items[1].dataset(), await page.data("list[1].text")], [{ id: 2 }, "two"]);
  assert.equal(await (await items[0].$(".label")).text(), "one");

  assert.equal(await (await page.$("input")).value(), "Ada");
  assert.deepEqual(await Promise.all((await page.$$("view.item > text")).map((text) => text.text())), [
    "one",
    "two",
  ]);
  assert.equal((await page.$$("counter, text.label")).length, 3);
  assert.equal(await page.$("view > counter"), null);
  await assert.rejects(page.$("view:first-child"), /is no selector of tags, ids and classes/);

  await page.setData({ list: [{ id: 7, text: "seven" }] });
  assert.deepEqual(await Promise.all((await page.$$(".item")).map((item) => item.text())), ["seven"]);
  assert.equal(await page.callMethod("sum", 2, 3), 5);
  await assert.rejects(page.callMethod("gone"), /the page has no method gone/);
  assert.equal(await page.$(".nothing"), null);

  const counter = await page.$("#counter");
  assert.equal(await counter.callMethod("add", 2), 2);
  assert.equal(await (await counter.$(".count")).text(), "7");
  assert.equal(await counter.property("start"), 5);
  await counter.trigger("count", { is: 7 });
  await page.waitFor(async () => (await page.data("told"))?.is === 7);

  assert.equal(await phone.evaluate((by) => getApp().globalData.visits + by, 1), 4);
});

test("a test goes from page to page, and says what tt answers", async (t) => {
  const { phones } = await launch({
    test: t,
    folder: await project(t, APP),
    phones: 1,
    path: "pages/a/a?id=5",
  });
  const [phone] = phones;
  const first = await phone.currentPage();
  assert.deepEqual(first.query, { id: "5" });
  const second = await phone.navigateTo("/pages/b/b?x=1");
  assert.deepEqual([second.path, second.query], ["pages/b/b", { x: "1" }]);
  assert.deepEqual(
    (await phone.pageStack()).map(({ path }) => path),
    ["pages/a/a", "pages/b/b"],
  );
  await assert.rejects(first.$(".name"), /the page pages\/a\/a is not on top/);
  assert.equal((await phone.navigateBack()).path, "pages/a/a");
  await assert.rejects(phone.navigateTo("/pages/none/none"), /tt\.navigateTo: navigateTo:fail/);

  await phone.mockTtMethod("scanCode", { result: "0042" });
  await first.callMethod("scan");
  await first.waitFor(async () => (await first.data("code")) === "0042");
  await phone.mockTtMethod("scanCode", (options, why) => ({ errMsg: `scanCode:fail ${why}` }), "dark");
  await first.callMethod("scan");
  await first.waitFor(async () => (await first.data("code")) === "scanCode:fail dark");
  await phone.mockTtMethod("getSystemInfoSync", () => ({ model: "mine" }));
  assert.equal(await phone.evaluate(() => tt.getSystemInfoSync().model), "mine");
  await phone.restoreTtMethod("getSystemInfoSync");
  assert.notEqual(await phone.evaluate(() => tt.getSystemInfoSync().model), "mine");
});

test("what a call of phones does is recorded", async (t) => {
  const simulator = await launch({
    test: t,
    folder: `${root}examples/call`,
    permissions: { "scope.camera": "prompt" },
  });
  const [alice, bob] = simulator.phones;
  await alice.answer("允许");
  await bob.permissions({ "scope.camera": "granted" });
  const record = await simulator.recordCall();
  for (const phone of simulator.phones)
    await phone.permissions({ "scope.camera": "granted", "scope.record": "granted" });
  for (const phone of simulator.phones) await (await (await phone.currentPage()).$(".join")).tap();
  await Promise.all([alice.sees("bob"), bob.sees("alice"), alice.sees("alice"), bob.hears("alice")]);
  await bob.network({ type: "none" });
  await bob.hearsNothingOf("alice");
  const happened = await record.stop();
  const joins = happened.filter(({ kind, name }) => kind === "call" && name === "joinRtcRoom");
  assert.deepEqual(new Set(joins.map(({ user }) => user)), new Set(["alice", "bob"]));
  assert.ok(happened.some(({ kind, user }) => kind === "event" && user === "bob"));
  assert.deepEqual(
    happened.map(({ time }) => time),
    happened.map(({ time }) => time).sort((a, b) => a - b),
  );
});

/** A folder with a mini-program and test files, and a link to the package. */
async function tests(t, files) {
  const folder = await project(t, { ...APP, ...files });
  await symlink(`${root}node_modules`, join(folder, "node_modules"));
  return folder;
}

/** Runs `tt-rtc-sim test` in a folder: its status and what it printed. */
function run(cwd, ...args) {
  return new Promise((done) => {
    const env = { ...process.env };
    // The runs are no tests of this run.
    delete env.NODE_TEST_CONTEXT;
    execFile(process.execPath, [COMMAND, "test", ...args], { cwd, env }, (error, stdout, stderr) =>
      done({ code: error?.code ?? 0, stdout, stderr }),
    );
  });
}

const HEAD =
  'import assert from "node:assert"; import { test } from "node:test"; import { launch } from "tt-rtc-sim/test";\n';

test("of a test that fails, the phones' pictures, console and events are kept", async (t) => {
  const folder = await tests(t, {
    "a.test.mjs": `${HEAD}
      test("passes", async (t) => { await launch({ test: t, phones: 1 }); });
      test("fails / here", async (t) => {
        const { phones } = await launch({ test: t });
        await phones[0].evaluate(() => console.log("before it failed"));
        assert.equal(1, 2);
      });`,
  });
  const { code, stdout, stderr } = await run(folder, "--reporter", "tap");
  assert.equal(code, 1, stdout);
  assert.match(stdout + stderr, /What the phones of "fails \/ here" showed is in .*fails-here/);
  assert.match(stdout, /^TAP version 13\n[^]*\nnot ok 2 - fails \/ here/);
  assert.deepEqual(await readdir(join(folder, "test-results")), ["fails-here"]);
  const kept = (name) => readFile(join(folder, "test-results/fails-here", name));
  assert.match(String(await kept("alice.log")), /info before it failed|log before it failed/);
  assert.equal(JSON.parse(await kept("bob.json")).pages[0].route, "pages/a/a");
  assert.deepEqual((await kept("alice.png")).subarray(1, 4), Buffer.from("PNG"));
});

test("phones of a mini-program with mistakes are not waited for: the mistakes are said", async (t) => {
  const folder = await project(t, { ...APP, "pages/b/b.ttml": "<view>{{1 +}}</view>" });
  await assert.rejects(
    launch({ test: t, folder, phones: 1 }),
    /the mini-program has mistakes[^]*pages\/b\/b\.ttml:1:\d+: /,
  );
});

test("what does not come is said with the line of the test, and with what was there", async (t) => {
  const { phones } = await launch({
    test: t,
    folder: `${root}examples/call`,
    phones: 1,
    permissions: {},
    locale: "en-US",
  });
  const [alice] = phones;
  const timeout = 500;
  const failure = async (promise) => {
    const { message, stack } = await promise.then(
      () => assert.fail("it came"),
      (error) => error,
    );
    assert.match(stack, /sim-test-api\.test\.mjs:\d+/);
    return message;
  };
  assert.match(
    await failure(alice.sees("bob", { timeout })),
    /alice does not see a picture of bob.*: it is in no call/,
  );
  await alice.answer("Allow");
  await (await (await alice.currentPage()).$(".join")).tap();
  await alice.answer("Allow");
  await alice.sees("alice");
  assert.match(
    await failure(alice.hears("bob", { timeout })),
    /alice does not hear bob.*: it is in the call as alice, with nobody/,
  );
});

test("a test that hangs is ended, and what its phones showed is kept", async (t) => {
  const folder = await tests(t, {
    "hangs.test.mjs": `${HEAD}
      test("hangs", async (t) => { await launch({ test: t, phones: 1 }); await new Promise(() => {}); });`,
  });
  const { code, stdout } = await run(
    folder,
    "--timeout",
    "12",
    "--reporter",
    "junit",
    "--output",
    "report.xml",
  );
  assert.equal(code, 1, stdout);
  assert.match(
    await readFile(join(folder, "report.xml"), "utf8"),
    /<testcase name="[^"]*hangs\.test\.mjs"[^]*timed out/,
  );
  assert.ok((await readdir(join(folder, "test-results/hangs"))).includes("alice.png"));
});

test("Ctrl-C ends the tests, the browser and the simulator", async (t) => {
  const folder = await tests(t, {
    "long.test.mjs": `${HEAD}
      import { writeFileSync } from "node:fs";
      test("long", async (t) => {
        await launch({ test: t, phones: 1 });
        writeFileSync("started", process.env.TT_RTC_TEST_SIMULATOR + " " + process.env.TT_RTC_TEST_BROWSER);
        await new Promise(() => {});
      });`,
  });
  const env = { ...process.env };
  delete env.NODE_TEST_CONTEXT;
  const child = spawn(process.execPath, [COMMAND, "test"], {
    cwd: folder,
    env,
    detached: true,
    stdio: "ignore",
  });
  const ended = new Promise((done) => child.once("exit", done));
  let started;
  while (!(started = await readFile(join(folder, "started"), "utf8").catch(() => "")))
    await new Promise((done) => setTimeout(done, 100));
  process.kill(0 - child.pid, "SIGINT");
  assert.equal(await ended, 130);
  for (const address of started.split(" ")) {
    const server = createServer();
    await new Promise((done, fail) =>
      server.once("error", fail).listen(new URL(address).port, "127.0.0.1", done),
    );
    server.close();
  }
});

test("what is missing is said in words", async () => {
  const empty = await emptyFolder();
  const said = async (...args) => {
    const { code, stderr } = await run(empty, ...args);
    assert.equal(code, 1);
    return stderr;
  };
  assert.match(await said(), /there is no test file/);
  assert.match(await said("nothing"), /there is no test file for nothing/);
  await writeFile(join(empty, "a.test.mjs"), "");
  assert.match(await said(), /there is no app\.json/);
  assert.match(await said("--timeout", "soon"), /--timeout takes a number above 0, not soon/);
  assert.match(await said("--reporter", "x"), /--reporter takes spec, tap, junit, dot/);
  assert.match(await said("--unknown"), /--unknown/);
});
