// `tt-rtc-sim export`: what it writes, shown by a plain file server in a folder below its root, as any
// static host would.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";

import { build } from "esbuild";
import { WebSocketServer } from "ws";

import { emptyFolder, root, serveFolder, start } from "./harness.mjs";
import { startServer } from "./network/server.mjs";
import { Phone, onDesk } from "./phone.mjs";
import { PROGRAM, project } from "./simulator.mjs";

/** Where the exports of these tests are on their host. */
const BELOW = "/demos/of us/call/";

/** Runs `tt-rtc-sim export`; how it ended and what it printed. */
function exported(out, app, ...args) {
  return new Promise((done) =>
    execFile(PROGRAM, ["export", out, app, ...args], { cwd: root }, (error, stdout, stderr) =>
      done({ status: error ? error.code : 0, printed: stdout + stderr }),
    ),
  );
}

/**
 * Exports a mini-program and serves it.
 *
 * @returns its address, and `missing`, what was asked for and is not there
 */
async function host(t, app, ...args) {
  const files = await emptyFolder();
  const { status, printed } = await exported(join(files, BELOW), app, ...args);
  assert.equal(status, 0, printed);
  const { url, missing } = await serveFolder(t, files);
  return { url: url + encodeURI(BELOW), missing };
}

test("two phones of an export call each other, and a web participant joins them", async (t) => {
  const { context } = await start(t, { view: { viewport: { width: 1600, height: 1000 }, locale: "en-US" } });
  const { url, missing } = await host(t, "examples/call");
  const page = await context.newPage();
  await page.goto(url);
  const [alice, bob] = [onDesk(page, "alice"), onDesk(page, "bob")];
  await alice.join();
  await bob.join();
  await alice.sees("bob");
  await bob.sees("alice");
  await bob.mic("alice", true);
  await page.getByRole("button", { name: "Add web participant" }).click();
  const web = page.frameLocator("iframe.web");
  await web.getByLabel("User id").fill("carol");
  await web.getByRole("button", { name: "Join" }).click();
  await alice.sees("carol");
  // What only a development server can do is not offered.
  const controls = await alice.controls();
  await controls.getByLabel("Camera permission").waitFor();
  assert.equal(await controls.getByRole("group", { name: "Network" }).count(), 0);
  assert.equal(await page.getByRole("button", { name: "Offline" }).count(), 0);
  assert.deepEqual(missing, []);
});

test("a phone of an export is a page of its own, and calls others by a server", async (t) => {
  const server = await startServer();
  t.after(() => server.stop());
  const { browser, errors } = await start(t);
  const { url, missing } = await host(t, "examples/call", "--signaling", server.url);
  const view = { viewport: { width: 390, height: 844 }, permissions: ["camera", "microphone"] };
  const phones = [];
  for (const user of ["ada", "ben"]) {
    // Nothing in common, as on two machines.
    const page = await (await browser.newContext(view)).newPage();
    page.on("pageerror", (error) => errors.push(String(error)));
    await page.goto(`${url}phone/?user=${user}`);
    const phone = new Phone(user, page);
    await phone.join();
    phones.push(phone);
  }
  const [ada, ben] = phones;
  await ada.sees("ben");
  await ben.sees("ada");
  assert.deepEqual(missing, []);
});

test("pictures, styles, modules and requests of an export are those of its folder and the browser", async (t) => {
  const requests = [];
  const backend = createServer((request, response) => {
    requests.push(`${request.method} ${request.url} ${request.headers["x-own"] ?? ""}`);
    const open = request.url.startsWith("/open");
    if (open) response.setHeader("access-control-allow-origin", "*");
    if (open) response.setHeader("access-control-allow-headers", "*");
    if (open) response.setHeader("access-control-expose-headers", "x-told");
    response.setHeader("x-told", "yes");
    response.end(request.method === "OPTIONS" ? "" : '{ "said": 1 }');
  });
  const sockets = new WebSocketServer({ server: backend });
  sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(`heard ${data}`)));
  await new Promise((done) => backend.listen(0, "127.0.0.1", done));
  t.after(() => (sockets.close(), backend.close(), backend.closeAllConnections()));
  const at = `127.0.0.1:${backend.address().port}`;
  const app = await project(t, {
    "app.json": JSON.stringify({ pages: ["pages/a/a"], tabBar: undefined }),
    "pages/a/a.js": `const { word } = require("../../lib/_word"); Page({ data: { word } });`,
    "lib/_word.js": `exports.word = "from a module";`,
    "pages/a/a.ttml": `<image id="picture" src="/图 片/dot.svg?v=1"/><view class="back">{{word}}</view>`,
    "pages/a/a.ttss": `.back { width: 20px; height: 20px; background: url("/图 片/dot.svg") }`,
    "图 片/dot.svg": `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4"/></svg>`,
    "secret.txt": "a key",
    "mock.json": JSON.stringify([
      { url: "https://mocked.example.com/*", status: 201, body: { hello: "{{name}}" } },
    ]),
  });
  const { browser, errors } = await start(t);
  const { url, missing } = await host(t, app);
  const page = await browser.newPage();
  const loaded = [];
  page.on("requestfinished", (request) => loaded.push(decodeURIComponent(new URL(request.url()).pathname)));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(`${url}phone/?user=ada`);
  await page.getByText("from a module").waitFor();
  await page.waitForFunction(() => document.querySelector("tt-image img, tt-image")?.clientWidth > 0);
  const ask = (options) =>
    page.evaluate(
      (options) =>
        new Promise((done) =>
          tt.request({
            ...options,
            success: ({ statusCode, data, header }) => done([statusCode, data, header["x-told"]]),
            fail: ({ errMsg }) => done(errMsg),
          }),
        ),
      options,
    );
  const mocked = await ask({ url: "https://mocked.example.com/x?name=ada" });
  assert.deepEqual(mocked.slice(0, 2), [201, { hello: "ada" }]);
  assert.deepEqual(await ask({ url: `http://${at}/open`, header: { "x-own": "set" } }), [
    200,
    { said: 1 },
    "yes",
  ]);
  assert.match(await ask({ url: `http://${at}/closed` }), /^request:fail .*CORS/);
  assert.ok(requests.includes("GET /open set"), requests.join());
  const heard = await page.evaluate(
    (url) =>
      new Promise((done) => {
        const socket = tt.connectSocket({ url });
        socket.onOpen(() => socket.send({ data: "hello" }));
        socket.onMessage(({ data }) => {
          socket.onClose(({ code }) => done([data, code]));
          socket.close({ code: 3001, reason: "enough" });
        });
      }),
    `ws://${at}/open`,
  );
  assert.deepEqual(heard, ["heard hello", 3001]);
  const dots = loaded.filter((path) => path === `${BELOW}app/file/图 片/dot.svg`);
  assert.ok(dots.length >= 1, loaded.join("\n"));
  const image = await page.evaluate(
    () => getComputedStyle(document.querySelector(".back, [class$='--back']")).backgroundImage,
  );
  assert.match(decodeURIComponent(image), /\/demos\/of us\/call\/app\/file\/图 片\/dot\.svg/);
  assert.deepEqual(missing, []);
  for (const path of ["app/file/secret.txt", "app/file/pages/a/a.js", "app/file/mock.json"]) {
    assert.equal((await page.request.get(url + path)).status(), 404, path);
  }
  // The browser says in the console what it did not let the page read.
  errors.length = 0;
});

test("a phone of an export plays a stream, with a library from below its folder", async (t) => {
  const { context } = await start(t);
  const { url, missing } = await host(t, "examples/components");
  const page = await context.newPage();
  await page.goto(`${url}phone/?path=pages/live-player/live-player`);
  await page.waitForFunction(() => document.querySelector("#flv video")?.currentTime > 1);
  assert.deepEqual(missing, []);
});

test("the mock file of an export answers as that of the simulator does", async () => {
  const entryPoints = [`${root}www/phone/mock.ts`];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: "esm", write: false });
  const [{ text }] = outputFiles;
  const { answer } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const rules = JSON.parse(await readFile(`${root}crates/simulator/tests/mocks.json`, "utf8"));
  for (const { rule, mocks, asked } of rules) {
    for (const { method, url, said, ...expected } of asked) {
      const given = answer(mocks, method, url, said);
      assert.equal(given?.body, expected.body, `${rule}: ${method} ${url} ${said}`);
      if (expected.status) assert.equal(given.status, expected.status);
      if (expected.type !== undefined) assert.equal(given.headers["content-type"] ?? null, expected.type);
    }
  }
});

test("an export replaces the one before, and nothing else", async (t) => {
  const files = await emptyFolder();
  const app = await project(t);
  const out = join(files, "site");
  assert.equal((await exported(out, app)).status, 0);
  await writeFile(join(out, "old.txt"), "of the last time");
  const left = join(files, ".site.next");
  await mkdir(left);
  await writeFile(join(left, "half"), "of one that was stopped");
  assert.equal((await exported(out, app, "--phones", "3")).status, 0);
  assert.deepEqual(await readdir(files), ["site"]);
  assert.ok(!(await readdir(out)).includes("old.txt"));
  assert.equal(JSON.parse(await readFile(join(out, "settings.json"), "utf8")).phones, 3);

  const own = join(files, "own");
  await mkdir(own);
  await writeFile(join(own, "thesis.txt"), "years");
  const onto = await exported(own, app);
  assert.equal(onto.status, 1);
  assert.match(onto.printed, /own has files that are no export/);
  assert.deepEqual(await readdir(own), ["thesis.txt"]);

  for (const inside of [join(app, "dist"), app, join(app, "..")]) {
    const { status, printed } = await exported(inside, app);
    assert.equal(status, 1);
    assert.match(printed, /in the mini-program's folder, or around it/);
  }
  assert.ok(!(await readdir(app)).includes("dist"));
});

test("what cannot be exported is said, and nothing is written", async (t) => {
  const files = await emptyFolder();
  const out = join(files, "site");
  const broken = await project(t, { "pages/a/a.js": "Page({" });
  const mistake = await exported(out, broken);
  assert.equal(mistake.status, 1);
  assert.match(mistake.printed, /pages\/a\/a\.js:1:7\n.*\n.*\nNothing was written/s);
  const mocks = await project(t, { "mock.json": '[{ "url": "/token" }]' });
  const mocked = await exported(out, mocks);
  assert.equal(mocked.status, 1);
  assert.match(mocked.printed, /mock\.json: .*`\/token` fits none at line 1/);
  const nowhere = await exported(out, files);
  assert.equal(nowhere.status, 1);
  assert.match(nowhere.printed, /there is no app\.json/);
  const address = await exported(out, mocks, "--signaling", "https://example.com");
  assert.equal(address.status, 2);
  assert.match(address.printed, /wss:\/\//);
  assert.deepEqual(await readdir(files), []);
});
