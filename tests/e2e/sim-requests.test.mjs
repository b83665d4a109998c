// What a phone sends out and what it keeps: requests, sockets, domains, images, storage. The
// mini-programs are written by the tests; the phones that run them are the simulator's own.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";

import { start } from "./harness.mjs";
import { project, simulate } from "./simulator.mjs";

/** The phone of this simulator in a window of its own, started. */
async function open(page, url) {
  await page.goto(`${url}phone/?id=1&user=u`);
  await page.getByText("page a").waitFor();
  return page;
}

/** Stops a simulator. A page that is open would report that its server is gone. */
async function leave(page, simulator) {
  await page.goto("about:blank");
  await simulator.stop();
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
  await leave(page, one);

  const two = await simulate(t, second, "--port", port);
  assert.equal(two.url, one.url);
  await open(page, two.url);
  assert.deepEqual(await seen(), { token: "", files: [] });
  await leave(page, two);

  const again = await simulate(t, first, "--port", port);
  await open(page, again.url);
  assert.deepEqual(await seen(), { token: "secret", files: ["a.txt"] });
});

test("a desk keeps phones and permissions of each project apart", async (t) => {
  const [first, second] = await Promise.all([project(t), project(t)]);
  const { context } = await start(t);
  const page = await context.newPage();
  const camera = () =>
    page.evaluate(() => window.desk.phones.map(({ settings }) => settings.permissions["scope.camera"]));
  const desk = (url) =>
    page.goto(`${url}?phones=1`).then(() => page.frameLocator("iframe.phone").getByText("page a").waitFor());

  const one = await simulate(t, first);
  const { port } = new URL(one.url);
  await desk(one.url);
  await page.evaluate(() =>
    window.desk.apply(window.desk.phones, { permissions: { "scope.camera": "granted" } }),
  );
  await leave(page, one);
  const two = await simulate(t, second, "--port", port);
  await desk(two.url);
  assert.deepEqual(await camera(), ["prompt"]);
  await leave(page, two);
  const again = await simulate(t, first, "--port", port);
  await desk(again.url);
  assert.deepEqual(await camera(), ["granted"]);
});

/** The desk of this simulator with one phone on it, started; its phone's frame. */
async function openDesk(page, url, size = { width: 1280, height: 800 }) {
  await page.setViewportSize(size);
  await page.goto(`${url}?phones=1`);
  await page.frameLocator("iframe.phone").getByText("page a").waitFor();
  return page.frames().find((frame) => frame.url().includes("/phone/"));
}

/** A web server on loopback that says what it was asked, and whose sockets say back what they hear. */
async function upstream(t, answer) {
  const asked = [];
  const sockets = new Set();
  const server = createServer((request, response) => {
    asked.push({ url: request.url, headers: request.headers });
    if (answer?.(request, response)) return;
    response.end(JSON.stringify({ url: request.url, headers: request.headers }));
  });
  server.on("upgrade", (request, socket) => {
    asked.push({ url: request.url, headers: request.headers });
    sockets.add(socket);
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nX-Server: here\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let left = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      left = Buffer.concat([left, chunk]);
      // Short frames, several of which may come at once.
      while (left.length >= 6 && left.length >= 6 + (left[1] & 127)) {
        const [first, length, mask] = [left[0], left[1] & 127, left.subarray(2, 6)];
        const data = left.subarray(6, 6 + length).map((byte, index) => byte ^ mask[index % 4]);
        socket.write(Buffer.concat([Buffer.from([first, length]), data]));
        left = left.subarray(6 + length);
        if ((first & 15) === 8) socket.end();
      }
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${server.address().port}`, asked, sockets };
}

test("a socket carries headers, texts and bytes, and stands in the network panel with its end", async (t) => {
  const [folder, { host, asked }] = await Promise.all([project(t), upstream(t)]);
  const simulator = await simulate(t, folder);
  const { context } = await start(t);
  const page = await context.newPage();
  const phone = await openDesk(page, simulator.url);
  const said = await phone.evaluate(async (url) => {
    const said = [];
    const task = tt.connectSocket({
      url,
      header: { Authorization: "Bearer 7" },
      success: ({ errMsg }) => said.push(errMsg),
    });
    task.onError(({ errMsg }) => said.push(errMsg));
    said.push((await new Promise((done) => task.onOpen(done))).header["X-Server"]);
    const heard = [];
    const all = new Promise((done) => task.onMessage(({ data }) => heard.push(data) === 2 && done()));
    task.send({ data: "hello 你好" });
    task.send({ data: new Uint8Array([0, 255]).buffer });
    await all;
    said.push(heard[0], [...new Uint8Array(heard[1])], task.readyState);
    const closed = new Promise((done) => task.onClose(done));
    task.close({ code: 3001, reason: "done" });
    const { code, reason } = await closed;
    said.push(code, reason, task.readyState);
    said.push(await new Promise((fail) => task.send({ data: "x", fail })).then(({ errMsg }) => errMsg));
    return said;
  }, `ws://${host}/chat?room=1`);
  assert.deepEqual(said, [
    "connectSocket:ok",
    "here",
    "hello 你好",
    [0, 255],
    1,
    3001,
    "done",
    3,
    "sendSocketMessage:fail the socket is not open",
  ]);
  assert.equal(asked.at(-1).headers.authorization, "Bearer 7");
  assert.equal(asked.at(-1).headers.origin, undefined);

  await page.getByRole("tab", { name: "Network" }).click();
  const row = page.getByRole("button", { name: /\/chat\?room=1/ });
  await row.getByText("closed 3001").waitFor();
  assert.match(await row.textContent(), /WS.*4 ⇅/s);
  await row.click();
  const messages = page.getByRole("region", { name: /\/chat\?room=1/ }).getByRole("listitem");
  assert.deepEqual(
    await messages.evaluateAll((all) =>
      all.map(({ dataset, lastElementChild }) => [dataset.from, lastElementChild.textContent]),
    ),
    [
      ["page", "hello 你好"],
      ["page", "(2 bytes)"],
      ["server", "hello 你好"],
      ["server", "(2 bytes)"],
    ],
  );
});

test("a socket ends with the phone's network, and six are too many", async (t) => {
  const [folder, { host }] = await Promise.all([project(t), upstream(t)]);
  const simulator = await simulate(t, folder);
  const { context } = await start(t);
  const page = await context.newPage();
  const phone = await openDesk(page, simulator.url);
  const url = `ws://${host}/`;
  const { sixth, state } = await phone.evaluate(async (url) => {
    window.tasks = [1, 2, 3, 4, 5].map(() => tt.connectSocket({ url }));
    await Promise.all(tasks.map((task) => new Promise((done) => task.onOpen(done))));
    let task;
    const { errMsg } = await new Promise((fail) => (task = tt.connectSocket({ url, fail })));
    return { sixth: errMsg, state: task.readyState ?? "none" };
  }, url);
  assert.match(sixth, /^connectSocket:fail an app has at most 5 sockets/);
  assert.equal(state, "none");
  const ended = phone.evaluate(() =>
    Promise.all(tasks.map((task) => new Promise((done) => task.onClose(({ code }) => done(code))))),
  );
  await page.evaluate(() => window.desk.apply(window.desk.phones, { network: { type: "none" } }));
  assert.deepEqual(await ended, [1006, 1006, 1006, 1006, 1006]);
  // Without a network there is none to be had; with it again, there is.
  const failed = await phone.evaluate((url) => {
    const task = tt.connectSocket({ url });
    return new Promise((done) => task.onError(({ errMsg }) => done(errMsg)));
  }, url);
  assert.equal(failed, "the network is not available");
  await page.evaluate(() => window.desk.apply(window.desk.phones, { network: { type: "wifi" } }));
  await phone.waitForFunction(() => window.phone.settings.network.type === "wifi");
  await phone.evaluate((url) => new Promise((done) => tt.connectSocket({ url }).onOpen(done)), url);
});

test("a socket that cannot be opened says why", async (t) => {
  const [folder, { host }] = await Promise.all([project(t), upstream(t)]);
  const simulator = await simulate(t, folder);
  const { context } = await start(t);
  const phone = await open(await context.newPage(), simulator.url);
  const failure = (options) =>
    phone.evaluate(
      (options) =>
        new Promise((fail) => tt.connectSocket({ ...options, fail }).onError(fail)).then(
          ({ errMsg }) => errMsg,
        ),
      options,
    );
  assert.match(await failure({ url: "ws://127.0.0.1:1/" }), /^127\.0\.0\.1: /);
  assert.match(await failure({ url: `http://${host}/` }), /^connectSocket:fail url is invalid/);
  assert.match(await failure({ url: `ws://${host}/`, header: { "a b": 1 } }), /`a b` is not a name/);
  assert.match(
    await failure({ url: `ws://${host}/`, protocols: ["a", "a"] }),
    /^connectSocket:fail params\.protocols/,
  );
});

const request = (phone, url) =>
  phone.evaluate((url) => new Promise((complete) => tt.request({ url, complete })), url);

test("with urlCheck, what a phone refuses is refused; without it, each origin is warned of once", async (t) => {
  const on = JSON.stringify({ appid: "tt1", setting: { urlCheck: true } });
  const [checked, free, { host, asked }] = await Promise.all([
    project(t, { "project.config.json": on }),
    project(t),
    upstream(t),
  ]);
  const { context } = await start(t);
  const page = await context.newPage();
  const strict = await simulate(t, checked, "--domain", "api.example.com");
  const phone = await open(page, strict.url);
  const refusals = await phone.evaluate((host) => {
    const ask = (name, options) =>
      new Promise((fail) => tt[name]({ ...options, fail })).then(({ errMsg }) => errMsg);
    return Promise.all([
      ask("request", { url: `http://${host}/` }),
      ask("request", { url: "https://other.example.com/" }),
      ask("downloadFile", { url: `http://${host}/` }),
      ask("connectSocket", { url: `ws://${host}/` }),
      ask("connectSocket", { url: "ws://api.example.com/" }),
    ]);
  }, host);
  const refused = (name) => `${name}:fail url not in domain list`;
  assert.deepEqual(refusals, [
    refused("request"),
    refused("request"),
    refused("downloadFile"),
    refused("connectSocket"),
    refused("connectSocket"),
  ]);
  assert.equal(asked.length, 0);

  const lax = await simulate(t, free);
  const warnings = [];
  page.on(
    "console",
    (message) => message.text().includes("a phone refuses") && warnings.push(message.text()),
  );
  await open(page, lax.url);
  for (const path of ["a", "b"])
    assert.equal((await request(page, `http://${host}/${path}`)).statusCode, 200);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0],
    new RegExp(`^request: a phone refuses http://${host}: it is not https, it is an IP address`),
  );
});

test("images are fetched without a referrer, and files have any name", async (t) => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"/>`;
  const { host, asked } = await upstream(t, (_request, response) =>
    response.setHeader("content-type", "image/svg+xml").end(svg),
  );
  const names = ["100%.svg", "a#b.svg", "你 好.svg", "a%20b.svg"];
  const folder = await project(t, {
    "pages/a/a.ttml": `<view>page a</view><image id="far" src="http://${host}/image.svg" />
<image tt:for="{{names}}" tt:key="*this" src="/images/{{item}}" bindload="loaded" />`,
    "pages/a/a.js": `Page({ data: { names: ${JSON.stringify(names)}, count: 0 }, loaded() { this.setData({ count: this.data.count + 1 }); } });`,
    "images/100%.svg": svg,
    "images/a#b.svg": svg,
    "images/你 好.svg": svg,
    "images/a b.svg": svg,
  });
  const simulator = await simulate(t, folder);
  const { context } = await start(t);
  const page = await open(await context.newPage(), simulator.url);
  await page.waitForFunction(() => getCurrentPages()[0].data.count === 4);
  await page.waitForFunction(() => document.querySelector("#far img")?.naturalWidth === 7);
  assert.deepEqual(
    asked.map(({ url, headers }) => [url, headers.referer]),
    [["/image.svg", undefined]],
  );
});
