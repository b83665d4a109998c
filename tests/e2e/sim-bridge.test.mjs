// What the desk and its phones say to each other: over one port for each phone, and nothing of what
// a phone says is believed. A phone runs somebody's code, and that is what speaks here.

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";

import { build } from "esbuild";

import { root, start } from "./harness.mjs";
import { project, simulate } from "./simulator.mjs";

/** A desk with two phones, which speaks English. */
async function open(t, files) {
  const { context, errors } = await start(t, {
    view: { viewport: { width: 1600, height: 900 }, locale: "en-US" },
  });
  const { url } = await simulate(t, await project(t, files), "--phones", "2");
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  const phone = async (user) => {
    const frame = await (await page.waitForSelector(`iframe.phone[data-user="${user}"]`)).contentFrame();
    await frame.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
    return frame;
  };
  const [alice, bob] = [await phone("alice"), await phone("bob")];
  const line = (text) => page.locator(".console .line", { hasText: text });
  return { page, alice, bob, phone, line, errors, url };
}

/** Asks the desk for a port from a window, and over it for the settings; null if nobody answers. */
function hello(target) {
  return new Promise((done) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => done(data.value ?? data);
    target.postMessage("tt-sim:hello", "*", [port2]);
    port1.postMessage({ call: "start", args: [], id: 1 });
    setTimeout(() => done(null), 500);
  });
}

test("the desk gives a port to the windows of its phones only", async (t) => {
  const { page, alice } = await open(t);
  // The settings that a phone's window is given are its own.
  assert.equal((await alice.evaluate(`(${hello})(parent)`)).user.id, "alice");
  // The desk's own window, a frame that is none of its phones, and one within a phone.
  assert.equal(await page.evaluate(`(${hello})(window)`), null);
  for (const [where, target] of [
    [page, "parent"],
    [alice, "top"],
  ]) {
    const handle = await where.evaluateHandle(
      () =>
        new Promise((done) => {
          const frame = Object.assign(document.createElement("iframe"), {
            src: "/settings.json",
            onload: () => done(frame),
          });
          document.body.append(frame);
        }),
    );
    const frame = await handle.asElement().contentFrame();
    assert.equal(await frame.evaluate(`(${hello})(${target})`), null, target);
  }
});

test("a port that a phone's window did not send with it, or a message of another form, is no hello", async (t) => {
  const { alice, page } = await open(t);
  await alice.evaluate(() => {
    for (const data of ["tt-sim:hello", "hello", null, 7, { toString: "tt-sim:hello" }, ["tt-sim:hello"]])
      parent.postMessage(data, "*");
    parent.postMessage(["tt-sim:hello"], "*", [new MessageChannel().port1]);
  });
  await page.getByRole("button", { name: "Dark" }).first().click();
  await alice.waitForFunction(() => phone.settings.theme === "dark");
});

test("whatever a phone says, the desk goes on and keeps what it knows; loaded anew, the phone obeys again", async (t) => {
  const { page, alice, bob, line } = await open(t);
  const before = await page.evaluate(() => JSON.stringify(desk.phones.map(({ settings }) => settings)));
  const refused = await alice.evaluate(async () => {
    const { port1: port, port2 } = new MessageChannel();
    parent.postMessage("tt-sim:hello", "*", [port2]);
    const time = Date.now();
    const report = (record) => port.postMessage({ call: "report", args: [record] });
    const circle = { object: [] };
    circle.object.push(["self", circle]);
    let deep = { object: [] };
    for (let depth = 0; depth < 500; depth += 1) deep = { object: [["x", deep]] };
    const said = (value) => ({ time, kind: "console", level: "log", values: [value], at: null });
    for (const data of [
      null,
      7,
      "text",
      [],
      {},
      { call: 1, args: [] },
      { call: "report" },
      { answer: 99, value: 1 },
      { answer: "x" },
      new Map(),
    ])
      port.postMessage(data);
    for (const record of [
      undefined,
      null,
      7,
      {},
      [],
      { kind: "console" },
      { time, kind: "__proto__" },
      { time, kind: "toString" },
      { time, kind: "nothing" },
      { time: "now", kind: "storage" },
      { time, kind: "error", message: {}, stack: "", at: null },
      { time, kind: "error", message: "", stack: "", at: { file: 1 } },
      said(circle),
      said(deep),
      said({}),
      said({ object: "x" }),
      said({ object: [null] }),
      said(new Map([[1, 2]])),
      said(new Uint8Array(9)),
      { time, kind: "problem", problem: { severity: "none" } },
      { time, kind: "request", request: {} },
      { time, kind: "call", id: {}, name: "joinRtcRoom" },
      { time, kind: "settings", change: { orientation: "sideways" } },
      { time, kind: "settings", change: { network: { type: { x: 1 } } } },
      { time, kind: "settings", change: { device: { width: "wide" } } },
      { time, kind: "settings", change: { permissions: { x: "yes" } } },
      // These are taken, but for what a phone has no say in.
      { time, kind: "settings", change: { id: "2", other: 1 } },
      {
        time,
        kind: "settings",
        change: JSON.parse('{ "__proto__": { "polluted": 1 }, "user": { "__proto__": { "polluted": 1 } } }'),
      },
      said({
        object: [
          ["__proto__", { object: [["polluted", 1]] }],
          ["constructor", 1],
        ],
      }),
      said({
        error: {
          name: {},
          message: 7,
          stack: null,
          fields: [
            ["name", "x"],
            ["stack", "y"],
          ],
        },
      }),
      said("<img src=x onerror='document.title = `hurt`'>"),
      said("x".repeat(3_000_000)),
      { time, kind: "pages", route: "<b>bold</b>" },
    ])
      report(record);
    // What there is not to ask is refused.
    const ask = (call, ...args) =>
      new Promise((done) => {
        port.onmessage = ({ data }) => done(data.error?.message ?? data.value);
        port.postMessage({ call, args, id: call });
        port.postMessage({ call, args, id: 5 });
      });
    const answers = [];
    for (const call of ["rooms", "name", "constructor", "eval"])
      answers.push(await ask(call, "document.title = 'hurt'"));
    report(said("and then this"));
    return answers;
  });
  assert.deepEqual(refused, Array(4).fill("a phone called a function that there is not"));
  await line("and then this").waitFor();
  await line("<img src=x onerror=").waitFor();
  const after = await page.evaluate(() => ({
    settings: JSON.stringify(desk.phones.map(({ settings }) => settings)),
    polluted: [{}.polluted, desk.phones[0].settings.polluted, desk.phones[0].settings.user.polluted],
    longest: Math.max(
      ...desk.log.console.flatMap(({ record }) =>
        (record.values ?? []).map((value) => (typeof value === "string" ? value.length : 0)),
      ),
    ),
    elements: document.querySelectorAll(".console img, .route b").length,
    title: document.title,
  }));
  assert.equal(after.settings, before);
  assert.deepEqual(after.polluted, [undefined, undefined, undefined]);
  assert.ok(after.longest < 400_000, `${after.longest}`);
  assert.equal(after.elements, 0);
  assert.doesNotMatch(after.title, /hurt/);
  // The other phone noticed nothing.
  await page.getByRole("region", { name: "Phone bob" }).getByRole("button", { name: "Dark" }).click();
  await bob.waitForFunction(() => phone.settings.theme === "dark");

  // That port does not do what the desk wants; the phone's own does, once its page is loaded anew.
  await alice.evaluate(() => {
    globalThis.old = true;
    location.reload();
  });
  await alice.waitForFunction(() => !globalThis.old && globalThis.getCurrentPages?.().length > 0);
  await page.getByRole("region", { name: "Phone alice" }).getByRole("button", { name: "Dark" }).click();
  await alice.waitForFunction(() => phone.settings.theme === "dark");
});

test("nobody waits for a phone that is loaded anew, removed, or does not answer", async (t) => {
  const { page, alice, bob } = await open(t);
  /** Has a phone take part, but answer nothing; then asks it something. */
  const hang = async (frame, index) => {
    await frame.evaluate(() => {
      const { port1, port2 } = new MessageChannel();
      globalThis.kept = port1;
      parent.postMessage("tt-sim:hello", "*", [port2]);
      return new Promise((done) => setTimeout(done, 100));
    });
    await page.evaluate((index) => {
      const asked = Date.now();
      const gone = ({ name, message }) => ({ name, message, time: Date.now() - asked });
      globalThis.outcome = desk.phones[index].ask("storage").then(() => "answered", gone);
    }, index);
  };
  const outcome = () => page.evaluate(() => globalThis.outcome);

  await hang(alice, 0);
  await alice.evaluate(() => location.reload());
  const { name, time } = await outcome();
  assert.equal(name, "Gone");
  assert.ok(time < 5_000, `${time} ms`);

  await hang(bob, 1);
  assert.deepEqual((({ name, message }) => [name, message])(await outcome()), [
    "Gone",
    "no answer within 10 s",
  ]);

  await hang(bob, 1);
  await page.getByRole("button", { name: "Remove Phone bob" }).click();
  assert.equal((await outcome()).name, "Gone");
  await alice.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
});

/** The simulator by another address, at which browsers may keep its pages: the address. */
async function keepable(t, { hostname, port }) {
  const server = createServer(({ url, method, headers }, answer) => {
    request({ hostname, port, path: url, method, headers }, (given) => {
      const { "cache-control": _, ...headers } = given.headers;
      answer.writeHead(given.statusCode, headers);
      given.pipe(answer);
    }).end();
  });
  const sockets = new Set();
  server.on("upgrade", ({ url, rawHeaders }, socket) => {
    const upstream = connect(port, hostname);
    for (const end of [socket, upstream]) sockets.add(end.on("error", () => {}));
    upstream.write(
      `GET ${url} HTTP/1.1\r\n${rawHeaders.map((text, index) => (index % 2 ? `${text}\r\n` : `${text}: `)).join("")}\r\n`,
    );
    upstream.pipe(socket).pipe(upstream);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}/`;
}

test("a desk out of the back/forward cache reaches its phones, and they it", async (t) => {
  const { open, errors } = await start(t, {
    bfcache: true,
    files: { "/other.html": "<!doctype html><title>other</title>" },
  });
  const simulator = await simulate(t, await project(t), "--phones", "1");
  const page = await open("/other.html");
  const other = page.url();
  await page.goto(await keepable(t, new URL(simulator.url)));
  await page.frameLocator("iframe.phone").getByText("page a").waitFor();
  await page.evaluate(() =>
    addEventListener("pageshow", ({ persisted }) => (globalThis.restored = persisted)),
  );
  await page.goto(other);
  // A page that is restored loads nothing.
  await page.goBack({ waitUntil: "commit" });
  await page.waitForFunction(() => globalThis.restored === true);
  await page.evaluate(() => desk.evaluate(desk.phones[0], "console.log(`here ${6 * 7}`)"));
  await page.waitForFunction(() => desk.log.console.some(({ record }) => record.values?.[0] === "here 42"));
  // Its sockets were closed, and its server has not changed.
  errors.length = 0;
});

test("what is set while a phone starts reaches it, and what it refuses is a line of its console", async (t) => {
  const { page, line, alice } = await open(t);
  let answer;
  const asked = new Promise((done) => (answer = done));
  let go;
  const gone = new Promise((done) => (go = done));
  await page.route("**/app/manifest.json", async (route) => {
    answer();
    await gone;
    await route.continue();
  });
  await page.getByRole("button", { name: "Restart" }).first().click();
  await asked;
  await page.getByRole("button", { name: "Dark" }).first().click();
  go();
  await alice.waitForFunction(() => globalThis.phone?.settings.theme === "dark");

  await page.getByRole("tab", { name: "Storage" }).click();
  const column = page.getByRole("region", { name: "Storage: alice" });
  await column.getByLabel("Key").fill("large");
  await column.getByLabel("Value", { exact: true }).fill("x".repeat(1024 * 1024));
  await column.getByRole("button", { name: "Add" }).click();
  await page.getByRole("tab", { name: "Console" }).click();
  await line("the data of one key may have 1048576 bytes").waitFor();
});

test("stored values come whole, however deep, and pages with functions and errors in their data", async (t) => {
  const { page, alice } = await open(t);
  let deep = '"bottom"';
  for (let depth = 0; depth < 30; depth += 1) deep = `[${deep}]`;
  await alice.evaluate((deep) => {
    tt.setStorageSync("deep", JSON.parse(deep));
    getCurrentPages()[0].setData({ failure: new RangeError("out of range"), method() {} });
  }, deep);
  await page.getByRole("tab", { name: "Storage" }).click();
  await page.waitForFunction((deep) => JSON.stringify(desk.phones[0].storage.value.deep) === deep, deep);
  await page.getByRole("tab", { name: "Pages" }).click();
  const column = page.getByRole("region", { name: "Pages: alice" });
  await column.getByText("method: ƒ method()").waitFor();
});

test("a phone in a frame of a page that is no desk runs alone", async (t) => {
  const { context } = await start(t);
  const { url } = await simulate(t, await project(t));
  const page = await context.newPage();
  await page.goto(`${url}settings.json`);
  await page.evaluate(() =>
    document.body.append(Object.assign(document.createElement("iframe"), { src: "/phone/?id=x&user=ada" })),
  );
  // It waits for a desk for 10 s.
  await page.frameLocator("iframe").getByText("page a").waitFor({ timeout: 20_000 });
});

test("a web participant speaks the desk's language, also when that changes", async (t) => {
  const { page } = await open(t);
  await page.getByRole("button", { name: "Add web participant" }).click();
  const web = page.frameLocator("iframe.web");
  await web.getByRole("button", { name: "Join" }).waitFor();
  await page.getByRole("button", { name: "中文" }).click();
  await web.getByRole("button", { name: "加入" }).waitFor();
});

/** Sources of the simulator's pages. */
async function sources() {
  const all = await readdir(join(root, "www"), { recursive: true });
  const names = all.filter((name) => name.endsWith(".ts") && !name.includes("node_modules"));
  return Promise.all(
    names.map(async (name) => [name.replaceAll("\\", "/"), await readFile(join(root, "www", name), "utf8")]),
  );
}

test("no page of the simulator reaches into another one's window, but to post messages", async () => {
  const reach = [
    // What can be asked of a frame's window: whether it is the one that a message comes from.
    /\bcontentWindow\b(?! === source\b)/,
    /\bcontentDocument\b/,
    /\bwindow\.parent\b(?! [!=]== window\b|\.postMessage\()/,
    /(?<![.\w])parent as\b|\bwindow\.top\b|\bframeElement\b|\bwindow\.opener\b|\bself\.parent\b|\bglobalThis\.parent\b/,
  ];
  // The page in a mini-program's `web-view` is the mini-program's own.
  const own = new Set(["phone/components/web-view.ts"]);
  const found = [];
  for (const [name, text] of await sources()) {
    for (const [index, line] of text.split("\n").entries()) {
      if (!own.has(name) && reach.some((pattern) => pattern.test(line)))
        found.push(`${name}:${index + 1} ${line.trim()}`);
    }
  }
  assert.deepEqual(found, []);
});

/** A module of the pages, here. */
async function load(entry) {
  const bundled = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  return import(`data:text/javascript,${encodeURIComponent(bundled.outputFiles[0].text)}`);
}

test("values arrive as they are, functions as their names and errors with what they carry", async () => {
  const { encode, decode } = await load("www/shared/shown.ts");
  const sent = (value) => decode(structuredClone(encode(value)));
  for (const value of [
    undefined,
    null,
    true,
    -0,
    NaN,
    "text",
    [1, [2, { a: null }]],
    { "": 1, a: { b: [undefined] } },
    new Date(7),
    { function: "x" },
    { object: [] },
    { error: {} },
  ]) {
    assert.deepEqual(sent(value), value);
  }
  assert.equal(Object.getOwnPropertyDescriptor(sent(JSON.parse('{ "__proto__": 1 }')), "__proto__").value, 1);
  assert.equal(
    sent({
      add(a) {
        return a;
      },
    }).add.name,
    "add",
  );
  const error = sent(Object.assign(new TypeError("made"), { errNo: 7 }));
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.name, error.message, error.errNo, Object.keys(error)],
    ["TypeError", "made", 7, ["errNo"]],
  );
  assert.match(error.stack, /TypeError: made\n/);

  // What cannot be sent as it is, is said in words; nothing is endless.
  const circle = {};
  circle.self = circle;
  assert.match(JSON.stringify(sent(circle)), /\{…\}/);
  assert.deepEqual(
    sent({
      get x() {
        throw new Error("no");
      },
    }),
    "{Error: no}",
  );
  assert.deepEqual(sent([10n, Symbol("s")]), ["10", "Symbol(s)"]);
  assert.ok(sent("x".repeat(1e6)).length < 400_000);
  const wide = Array.from({ length: 1_000 }, () => Array.from({ length: 1_000 }, () => ({})));
  assert.ok(JSON.stringify(sent(wide)).length < 20_000_000);
});
