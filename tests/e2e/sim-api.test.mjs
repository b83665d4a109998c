// `tt` of the simulator: every function of the platform's typings is called, and each group does
// what its documentation says. The phone around it is one that does what a test says
// (pages/tt-phone.ts); requests, mocks and the project's files are the development server's.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";

import { build } from "esbuild";

import { coverage } from "../../www/phone/tt/coverage-report.mjs";
import { archive } from "./archive.mjs";
import { emptyFolder, root, start } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

const [phoneScript, callsScript] = await Promise.all(
  ["tt-phone", "tt-calls"].map(async (name) => {
    const built = await build({
      entryPoints: [`${root}tests/e2e/pages/${name}.ts`],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2022",
    });
    return built.outputFiles[0].text;
  }),
);

/** A web server that says what it was asked, and answers by path. */
async function loopback(t) {
  const answer = async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/bytes")
      return response.setHeader("content-type", "image/png").end(Buffer.from([1, 2, 3, 250]));
    if (pathname === "/text") return response.end("not json");
    if (pathname === "/slow") return;
    if (pathname === "/missing") return response.writeHead(404).end(JSON.stringify({ error: "none" }));
    response.setHeader("x-answer", "yes");
    response.end(
      JSON.stringify({
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: body.toString("latin1"),
      }),
    );
  };
  // A request that breaks off has no answer.
  const server = createServer(
    (request, response) => void answer(request, response).catch(() => response.destroy()),
  );
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** A server of the simulator over an empty project with some files, and phones on pages of it. */
async function phones(t, { mocks = [], ...options } = {}) {
  const folder = await emptyFolder();
  await mkdir(join(folder, "data"));
  await writeFile(join(folder, "app.json"), JSON.stringify({ pages: [], workers: "worker.js" }));
  await writeFile(join(folder, "data", "words.json"), `{"hello":"你好"}`);
  await writeFile(join(folder, "project.config.json"), JSON.stringify({ appid: "tt42" }));
  await writeFile(join(folder, "ext.json"), JSON.stringify({ ext: { shop: 7 } }));
  await writeFile(join(folder, "data", "twice.js"), "module.exports = (value) => value * 2;");
  await writeFile(
    join(folder, "worker.js"),
    `const twice = require("./data/twice"); worker.onMessage((value) => worker.postMessage(twice(value)));`,
  );
  await writeFile(join(folder, "mock.json"), JSON.stringify(mocks));
  const simulator = await simulate(t, folder, "--mock", join(folder, "mock.json"));
  const browser = await start(t, { view: { viewport: { width: 390, height: 844 } }, ...options });
  const phone = async (id = "1", page) => {
    page ??= await browser.context.newPage();
    await page.goto(`${simulator.phoneUrl}settings.json?id=${id}`);
    // The server's secret stands in a phone's own page.
    const own = await page.evaluate(async () => (await fetch("/phone/")).text());
    const [secret] = /<meta name="tt-sim-secret"[^>]*>/.exec(own);
    await page.setContent(`<!doctype html>${secret}<body>`);
    for (const content of [phoneScript, callsScript]) await page.addScriptTag({ type: "module", content });
    await page.waitForFunction(() => globalThis.tt && globalThis.callAll);
    return page;
  };
  return { phone, url: simulator.url, ...browser };
}

test("every function of the typings and the documentation works, or fails and says why", async (t) => {
  const web = await loopback(t);
  const { phone, errors } = await phones(t);
  const page = await phone();
  const table = await coverage();
  assert.equal(table.filter(({ typed }) => typed).length, 193);
  assert.ok(table.length >= 280);
  const outcomes = await page.evaluate(
    ([names, web]) => callAll(names, `${web}/echo`, "ws://127.0.0.1:9/"),
    [table.map(({ name }) => name), web],
  );
  for (const { name, why } of table) {
    const { works, said } = outcomes[name];
    assert.equal(works, why === "", `tt.${name} ${works ? "worked" : "failed"}: ${said}`);
    if (why) assert.ok(said.includes(why), `tt.${name} says "${said}", not "${why}"`);
  }
  const works = table.filter(({ kind }) => kind === "works");
  assert.ok(works.length >= 150);
  assert.deepEqual(
    works.filter(({ test }) => !test).map(({ name }) => name),
    [],
    "a test sees the effect of what works",
  );
  assert.equal(table.find(({ name }) => name === "createMapContext").kind, "stands in");
  assert.equal(table.find(({ name }) => name === "setSwipeBackMode").kind, "no effect");
  // The socket that nobody listens to.
  errors.length = 0;

  // `canIUse` knows every field that really came, and none of a function that does not work.
  const unknown = await page.evaluate(
    (outcomes) =>
      Object.entries(outcomes).flatMap(([name, { works, fields }]) => {
        if (!works) return tt.canIUse(name) ? [name] : [];
        if (/^(create|get\w+Manager|getPerformance|env$|performance$)/.test(name))
          return tt.canIUse(name) ? [] : [name];
        const kind = fields.includes("errMsg") ? "success" : "return";
        return fields.map((field) => `${name}.${kind}.${field}`).filter((schema) => !tt.canIUse(schema));
      }),
    outcomes,
  );
  // Fields whose names are not fixed.
  assert.deepEqual(
    unknown.filter((each) => each !== "requestSubscribeMessage.success.1" && !/^getExtConfig/.test(each)),
    [],
  );
});

// effect: getStorage setStorage
test("an asynchronous function answers once, later, to callbacks or as a Promise", async (t) => {
  const { phone, errors } = await phones(t);
  const page = await phone();
  const order = await page.evaluate(async () => {
    const order = [];
    const returned = tt.setStorage({
      key: "a",
      data: 1,
      success: ({ errMsg }) => order.push(`success ${errMsg}`),
      fail: () => order.push("fail"),
      complete: ({ errMsg }) => order.push(`complete ${errMsg}`),
    });
    order.push(`returned ${returned}`);
    await new Promise((done) => setTimeout(done));
    return order;
  });
  assert.deepEqual(order, ["returned undefined", "success setStorage:ok", "complete setStorage:ok"]);

  assert.deepEqual(await page.evaluate(() => tt.getStorage({ key: "a" })), {
    data: 1,
    errMsg: "getStorage:ok",
  });
  const failure = await page.evaluate(() => tt.setStorage({}).catch((error) => error));
  assert.deepEqual(failure, {
    errMsg: "setStorage:fail params.key should be string, but got undefined",
    errNo: 20000,
    errorType: "D",
  });
  assert.equal(
    await page.evaluate(() => tt.showToast({ title: "a", icon: "sun" }).catch(({ errMsg }) => errMsg)),
    'showToast:fail expect params.icon to be one of "success", "loading", "none", "fail", but got sun',
  );
  assert.equal(
    await page.evaluate(() => tt.showToast("a").catch(({ errMsg }) => errMsg)),
    "showToast:fail params should be object, but got string",
  );
  assert.equal(
    await page.evaluate(() => {
      try {
        return tt.setStorageSync();
      } catch (error) {
        return error.message;
      }
    }),
    "setStorageSync:fail params.key should be string, but got undefined",
  );

  // Nobody awaits the failure, and a callback throws: both are said, neither does harm.
  const seen = await page.evaluate(async () => {
    const seen = [];
    addEventListener("unhandledrejection", () => seen.push("unhandled rejection"));
    addEventListener("error", ({ message }) => seen.push(message));
    tt.setStorage({});
    await new Promise((done) =>
      tt.getStorage({
        key: "a",
        success: () => {
          throw new Error("mine");
        },
        complete: done,
      }),
    );
    await new Promise((done) => setTimeout(done));
    return seen;
  });
  assert.deepEqual(seen, ["Uncaught Error: mine"]);
  assert.ok(errors.splice(0).every((error) => error.includes("mine")));

  const calls = await page.evaluate(() =>
    said.filter(({ kind, name }) => kind === "api" && name === "getStorage"),
  );
  assert.deepEqual(
    calls[0].result,
    { ok: true, value: { data: 1, errMsg: "getStorage:ok" } },
    "the desk is told",
  );
});

// effect: setStorageSync getStorageSync removeStorageSync clearStorageSync getStorageInfoSync
test("storage is each phone's own, lasts, and keeps to its limits", async (t) => {
  const { phone } = await phones(t);
  const [one, two] = [await phone("1"), await phone("2")];
  await one.evaluate(() => {
    tt.setStorageSync("name", { first: "Ada" });
    tt.setStorageSync("gone", 1);
    tt.removeStorageSync("gone");
  });
  assert.equal(await two.evaluate(() => tt.getStorageSync("name")), "");
  // Gone in the very moment after writing.
  const reloaded = one.waitForEvent("load");
  await one.evaluate(() => {
    tt.setStorageSync("last", [1, 2]);
    location.reload();
  });
  await reloaded;
  await phone("1", one);
  assert.deepEqual(
    await one.evaluate(() => [
      tt.getStorageSync("name"),
      tt.getStorageSync("last"),
      tt.getStorageSync("gone"),
      tt.getStorageInfoSync(),
    ]),
    [{ first: "Ada" }, [1, 2], "", { keys: ["last", "name"], currentSize: 1, limitSize: 10240 }],
  );
  const limits = await one.evaluate(async () => {
    const large = "x".repeat(1024 * 1024 - 2);
    const failures = [await tt.setStorage({ key: "large", data: `${large}x` }).catch(({ errMsg }) => errMsg)];
    for (let index = 0; index < 11; index += 1) {
      failures.push(
        await tt.setStorage({ key: `large${index}`, data: large }).then(
          ({ errMsg }) => errMsg,
          ({ errMsg }) => errMsg,
        ),
      );
    }
    tt.clearStorageSync();
    return { failures, after: tt.getStorageInfoSync() };
  });
  assert.match(limits.failures[0], /^setStorage:fail the data of one key/);
  assert.deepEqual(limits.failures.slice(1, 10), Array(9).fill("setStorage:ok"));
  assert.match(limits.failures[11], /^setStorage:fail storage is full/);
  assert.deepEqual(limits.after, { keys: [], currentSize: 0, limitSize: 10240 });
  assert.ok(await one.evaluate(() => said.some(({ kind }) => kind === "storage")));
});

// effect: request
test("requests go through the development server, and mocks answer them", async (t) => {
  const web = await loopback(t);
  const { phone } = await phones(t, {
    mocks: [{ method: "POST", url: "https://api.example/token*", body: { token: "{{user}}" } }],
  });
  const page = await phone();
  const ask = (options) =>
    page.evaluate(
      (options) =>
        new Promise((success, fail) => void tt.request({ ...options, success, fail })).catch(
          (error) => error,
        ),
      options,
    );

  const got = await ask({
    url: `${web}/echo?a=1`,
    data: { b: "é", c: undefined },
    header: { "X-Own": "1", "User-Agent": "mine", Referer: "http://mine" },
  });
  assert.equal(got.statusCode, 200);
  assert.equal(got.header["x-answer"], "yes");
  assert.equal(got.data.url, "/echo?a=1&b=%C3%A9");
  assert.equal(got.data.headers["x-own"], "1");
  assert.notEqual(got.data.headers["user-agent"], "mine");
  assert.equal(got.data.headers.referer, undefined);

  const posted = await ask({ url: `${web}/echo`, method: "POST", data: { a: 1 } });
  assert.equal(posted.data.body, '{"a":1}');
  assert.equal(posted.data.headers["content-type"], "application/json");
  const form = await ask({
    url: `${web}/echo`,
    method: "PUT",
    data: { a: "1 2" },
    header: { "Content-Type": "application/x-www-form-urlencoded" },
  });
  assert.equal(form.data.body, "a=1%202");
  assert.equal((await ask({ url: `${web}/text` })).data, "not json");
  assert.equal((await ask({ url: `${web}/missing`, dataType: "text" })).data, '{"error":"none"}');
  const bytes = await page.evaluate(
    (url) =>
      new Promise((done) =>
        tt.request({
          url,
          responseType: "arraybuffer",
          success: ({ data }) => done([...new Uint8Array(data)]),
        }),
      ),
    `${web}/bytes`,
  );
  // The platform's own example asks for this, and gets what it expects.
  assert.equal(
    (await ask({ url: `${web}/echo`, method: "POST", data: { a: 1 }, responseType: "json" })).data.body,
    '{"a":1}',
  );
  assert.deepEqual(bytes, [1, 2, 3, 250]);

  assert.deepEqual(
    (await ask({ url: "https://api.example/token?x=1", method: "POST", data: { user: "ada" } })).data,
    {
      token: "ada",
    },
  );
  assert.match((await ask({ url: "nowhere" })).errMsg, /^request:fail url is invalid/);
  assert.match((await ask({ url: `${web}/slow`, timeout: 50 })).errMsg, /^request:fail /);
  const aborted = await page.evaluate(
    (url) => new Promise((fail) => tt.request({ url, fail }).abort()),
    `${web}/slow`,
  );
  assert.equal(aborted.errMsg, "request:fail abort");

  await page.evaluate(() => phone.change({ network: { type: "none" } }));
  assert.equal((await ask({ url: `${web}/echo` })).errMsg, "request:fail the network is not available");

  const records = await page.evaluate(() =>
    said.filter(({ kind }) => kind === "request").map(({ request }) => request),
  );
  const [begun, ended] = records.filter(({ id }) => id === records[0].id);
  assert.deepEqual([begun.status, ended.status, begun.duration, begun.method], [null, 200, null, "GET"]);
  assert.equal(JSON.parse(ended.responseBody).url, "/echo?a=1&b=%C3%A9");
  assert.deepEqual(
    records
      .filter(({ mocked }) => mocked)
      .map(({ requestBody, responseBody }) => [requestBody, responseBody]),
    [['{"user":"ada"}', '{"token":"ada"}']],
  );
});

// effect: uploadFile downloadFile
test("files go up and down, with their progress", async (t) => {
  const web = await loopback(t);
  const { phone } = await phones(t);
  const page = await phone();
  const { down, up, progress } = await page.evaluate(async (web) => {
    const progress = [];
    const run = (name, options) =>
      new Promise((success, fail) =>
        tt[name]({ ...options, success, fail }).onProgressUpdate((each) =>
          progress.push([name, each.progress]),
        ),
      );
    const down = await run("downloadFile", { url: `${web}/bytes` });
    const up = await run("uploadFile", {
      url: `${web}/echo`,
      filePath: down.tempFilePath,
      name: "file",
      formData: { who: "ada" },
    });
    return { down, up: { ...up, data: JSON.parse(up.data) }, progress };
  }, web);
  assert.match(down.tempFilePath, /^ttfile:\/\/temp\/.*\.png$/);
  assert.equal(up.statusCode, 200);
  assert.match(up.data.headers["content-type"], /^multipart\/form-data; boundary=/);
  assert.match(up.data.body, /name="who"\r\n\r\nada\r\n/);
  // oxlint-disable-next-line eslint/no-control-regex -- these are the bytes of the file
  assert.match(up.data.body, /name="file"; filename="[^"]+\.png"[^]*\r\n\r\n\x01\x02\x03\xfa\r\n/);
  assert.ok(
    progress.some(([name, percent]) => name === "downloadFile" && percent === 100),
    JSON.stringify(progress),
  );
  assert.ok(
    progress.some(([name, percent]) => name === "uploadFile" && percent === 100),
    JSON.stringify(progress),
  );
  const missing = await page.evaluate(
    (url) => new Promise((fail) => tt.uploadFile({ url, filePath: "ttfile://user/none", name: "a", fail })),
    `${web}/echo`,
  );
  assert.equal(missing.errMsg, "uploadFile:fail no such file or directory, open ttfile://user/none");
});

// effect: connectSocket
test("a socket says and hears, and ends with the network", async (t) => {
  const { phone } = await phones(t);
  const page = await phone();
  const url = await echoSocket(t);
  const events = await page.evaluate(async (url) => {
    const events = [];
    const task = tt.connectSocket({
      url,
      success: ({ socketTaskId }) => events.push(`connecting ${socketTaskId > 0}`),
    });
    await new Promise((open) => task.onOpen(open));
    events.push(`state ${task.readyState}`);
    const heard = new Promise((done) => task.onMessage(({ data }) => done(data)));
    await new Promise((success) => task.send({ data: "hello", success }));
    events.push(await heard);
    const closed = new Promise((done) => task.onClose(done));
    phone.change({ network: { type: "none" } });
    events.push(
      (await closed).code,
      await new Promise((fail) => task.send({ data: "x", fail })).then(({ errMsg }) => errMsg),
    );
    return events;
  }, url);
  assert.deepEqual(events, [
    "connecting true",
    "state 1",
    "hello",
    1006,
    "sendSocketMessage:fail the socket is not open",
  ]);
});

/** A WebSocket server that says back what it hears in one short frame. */
async function echoSocket(t) {
  const server = createServer();
  server.on("upgrade", (request, socket) => {
    const accept = createHash("sha1")
      .update(`${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest("base64");
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on("error", () => {});
    socket.on("data", (frame) => {
      const [length, mask] = [frame[1] & 127, frame.subarray(2, 6)];
      const text = Buffer.from(frame.subarray(6, 6 + length).map((byte, index) => byte ^ mask[index % 4]));
      socket.write(Buffer.concat([Buffer.from([frame[0], length]), text]));
    });
    t.after(() => socket.destroy());
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => server.close());
  return `ws://127.0.0.1:${server.address().port}/`;
}

// effect: getFileSystemManager getFileInfo
test("files of a phone: written, read in every encoding, moved, unzipped, kept", async (t) => {
  const { phone, errors } = await phones(t);
  const page = await phone();
  const zip = [...archive({ "a/b.txt": "deep", "c.txt": "x".repeat(5000) })];
  const seen = await page.evaluate(async (zip) => {
    const fs = tt.getFileSystemManager();
    const failure = (act) => {
      try {
        return act();
      } catch (error) {
        return error.message;
      }
    };
    fs.mkdirSync("ttfile://user/d/e", true);
    fs.writeFileSync("ttfile://user/d/e/f.txt", "héllo", "utf8");
    fs.appendFileSync("ttfile://user/d/e/f.txt", "!");
    fs.writeFileSync("ttfile://user/raw", new Uint8Array([0, 255, 16]).buffer);
    fs.copyFileSync("ttfile://user/raw", "ttfile://user/d/raw2");
    fs.renameSync("ttfile://user/d", "ttfile://user/moved");
    fs.writeFileSync("ttfile://user/a.zip", new Uint8Array(zip).buffer);
    await fs.unzip({ zipFilePath: "ttfile://user/a.zip", targetPath: "ttfile://user/unzipped" });
    await new Promise((success, fail) =>
      fs.writeFile({ filePath: "ttfile://user/async.txt", data: "00ff", encoding: "hex", success, fail }),
    );
    return {
      text: fs.readFileSync("ttfile://user/moved/e/f.txt", "utf8"),
      hex: fs.readFileSync("ttfile://user/moved/raw2", "hex"),
      base64: (await fs.readFile({ filePath: "ttfile://user/raw", encoding: "base64" })).data,
      part: new Uint8Array(fs.readFileSync("ttfile://user/raw", undefined, 1, 1))[0],
      async: fs.readFileSync("ttfile://user/async.txt", "hex"),
      list: fs.readdirSync("ttfile://user"),
      unzipped: [
        fs.readFileSync("ttfile://user/unzipped/a/b.txt", "utf8"),
        fs.readFileSync("ttfile://user/unzipped/c.txt", "utf8").length,
      ],
      size: fs.statSync("ttfile://user/moved/e/f.txt").size,
      folder: fs.statSync("ttfile://user/moved").isDirectory(),
      info: await tt.getFileInfo({ filePath: "ttfile://user/moved/e/f.txt", digestAlgorithm: "md5" }),
      long: (await tt.getFileInfo({ filePath: "ttfile://user/unzipped/c.txt", digestAlgorithm: "md5" }))
        .digest,
      project: JSON.parse(fs.readFileSync("/data/words.json", "utf8")),
      failures: [
        () => fs.readFileSync("ttfile://user/none"),
        () => fs.writeFileSync("/data/words.json", "x"),
        () => fs.rmdirSync("ttfile://user/moved"),
        () => fs.accessSync("ttfile://user/../../etc"),
        () => fs.readFileSync("data/none.json"),
        () => fs.writeFileSync("ttfile://user/none/a", "x"),
        () => fs.readFileSync("ttfile://user/raw", "klingon"),
      ].map(failure),
    };
  }, zip);
  assert.equal(seen.text, "héllo!");
  assert.equal(seen.hex, "00ff10");
  assert.equal(seen.base64, "AP8Q");
  assert.equal(seen.part, 255);
  assert.equal(seen.async, "00ff");
  assert.deepEqual(seen.list.sort(), ["a.zip", "async.txt", "moved", "raw", "unzipped"]);
  assert.deepEqual(seen.unzipped, ["deep", 5000]);
  assert.equal(seen.size, 7);
  assert.equal(seen.folder, true);
  assert.equal(seen.info.digest, createHash("md5").update("héllo!").digest("hex"));
  assert.equal(seen.long, createHash("md5").update("x".repeat(5000)).digest("hex"));
  assert.deepEqual(seen.project, { hello: "你好" });
  assert.deepEqual(seen.failures, [
    "readFileSync:fail no such file or directory, open ttfile://user/none",
    "writeFileSync:fail permission denied, open /data/words.json",
    "rmdirSync:fail directory not empty, rmdir ttfile://user/moved",
    "accessSync:fail no such file or directory, access ttfile://user/../../etc",
    "readFileSync:fail no such file or directory, open data/none.json",
    "writeFileSync:fail no such file or directory, open ttfile://user/none/a",
    'readFileSync:fail invalid encoding "klingon"',
  ]);

  // A browser says aloud that a file of the project is not there.
  assert.ok(errors.splice(0).every((error) => error.includes("404")));

  await phone("1", page);
  assert.equal(
    await page.evaluate(() => tt.getFileSystemManager().readFileSync("ttfile://user/moved/e/f.txt", "utf8")),
    "héllo!",
  );
  const other = await phone("2");
  assert.deepEqual(await other.evaluate(() => tt.getFileSystemManager().readdirSync("ttfile://user")), []);
});

/** Calls that wait for the user: begun, and answered once something was done in the phone. */
function asking(page) {
  const begin = (name, options) =>
    page.evaluate(
      ([name, options]) => void (globalThis.answer = tt[name](options).catch((error) => error)),
      [name, options],
    );
  return { begin, answer: () => page.evaluate(() => globalThis.answer) };
}

// effect: showModal showActionSheet showLoading showToast hideToast
test("dialogues answer clicks and keys, in the platform's words, light and dark", async (t) => {
  const { phone } = await phones(t);
  const page = await phone();
  const { begin, answer } = asking(page);

  await begin("showModal", { title: "Leave?", content: "Really" });
  const modal = page.getByRole("dialog", { name: "Leave?" });
  assert.equal(
    await modal.evaluate((dialog) => getComputedStyle(dialog).backgroundColor),
    "rgb(255, 255, 255)",
  );
  await page.evaluate(() => phone.change({ theme: "dark" }));
  assert.equal(await modal.evaluate((dialog) => getComputedStyle(dialog).backgroundColor), "rgb(37, 38, 50)");
  await modal.getByRole("button", { name: "确认" }).click();
  assert.deepEqual(await answer(), { confirm: true, cancel: false, errMsg: "showModal:ok" });
  await begin("showModal", { content: "Escape is no", cancelText: "No", confirmText: "Yes" });
  await page.getByRole("button", { name: "No" }).waitFor();
  await page.keyboard.press("Escape");
  assert.deepEqual(await answer(), { confirm: false, cancel: true, errMsg: "showModal:ok" });
  await begin("showModal", { title: "Name", editable: true, content: "A" });
  await page.getByRole("textbox").fill("Ada");
  await page.keyboard.press("Enter");
  assert.deepEqual(await answer(), { confirm: true, cancel: false, content: "Ada", errMsg: "showModal:ok" });
  await begin("showModal", { showCancel: false, content: "One button" });
  assert.equal(await page.getByRole("button").count(), 1);
  await page.keyboard.press("Enter");
  assert.equal((await answer()).confirm, true);

  await begin("showActionSheet", { itemList: ["Front", "Back"] });
  await page.getByRole("button", { name: "Back" }).click();
  assert.deepEqual(await answer(), { tapIndex: 1, errMsg: "showActionSheet:ok" });
  await begin("showActionSheet", { itemList: ["Front"] });
  await page.getByRole("button", { name: "取消" }).click();
  assert.equal((await answer()).errMsg, "showActionSheet:fail cancel");

  await page.evaluate(() => tt.showLoading({ title: "Joining" }));
  await page.getByRole("status").filter({ hasText: "Joining" }).waitFor();
  await page.evaluate(() => tt.showToast({ title: "Joined", duration: 60_000, mask: true }));
  assert.deepEqual(await page.getByRole("status").allTextContents(), ["Joined"]);
  await page.evaluate(() => tt.hideToast());
  await page.getByRole("status").waitFor({ state: "detached" });
  await page.evaluate(() => tt.showToast({ title: "Soon gone", duration: 1 }));
  await page.getByRole("status").waitFor({ state: "detached" });
});

// effect: getSetting openSetting getUserInfo checkSession
test("what the user allows is asked for, told and changed", async (t) => {
  const { phone } = await phones(t);
  const page = await phone();
  assert.deepEqual(await page.evaluate(() => tt.getSetting().then(({ authSetting }) => authSetting)), {});
  assert.equal(
    await page.evaluate(() => tt.authorize({ scope: "scope.camera" }).then(({ errMsg }) => errMsg)),
    "authorize:ok",
  );
  await page.evaluate(() => phone.change({ permissions: { "scope.userInfo": "denied" } }));
  assert.deepEqual(await page.evaluate(() => tt.getUserInfo().catch((error) => error)), {
    errMsg: "getUserInfo:fail auth deny",
    errNo: 10200,
    errorType: "U",
  });
  await page.evaluate(() => void (globalThis.answer = tt.openSetting()));
  await page.getByRole("switch", { name: "User information" }).check();
  await page.getByRole("switch", { name: "Camera" }).uncheck();
  await page.getByRole("button", { name: "Done" }).click();
  assert.deepEqual(await page.evaluate(() => globalThis.answer.then(({ authSetting }) => authSetting)), {
    "scope.camera": false,
    "scope.userInfo": true,
  });
  const { userInfo, rawData } = await page.evaluate(() => tt.getUserInfo());
  assert.equal(userInfo.nickName, "Ada");
  assert.deepEqual(JSON.parse(rawData), userInfo);

  assert.equal(
    await page.evaluate(() => tt.checkSession().catch(({ errMsg }) => errMsg)),
    "checkSession:fail session is expired, call tt.login",
  );
  assert.match(await page.evaluate(() => tt.login().then(({ code }) => code)), /^[0-9a-f]{40}$/);
  assert.equal(await page.evaluate(() => tt.checkSession().then(({ errMsg }) => errMsg)), "checkSession:ok");
});

test("what the desk changes, pages hear until they stop listening", async (t) => {
  const { phone } = await phones(t);
  const page = await phone();
  const heard = await page.evaluate(async () => {
    const heard = [];
    const names = [
      "NetworkStatusChange",
      "ThemeChange",
      "WindowResize",
      "UserCaptureScreen",
      "AppShow",
      "AppHide",
      "PageNotFound",
      "Error",
    ];
    const listeners = names.map((name) => [name, (value) => heard.push([name, value])]);
    const all = () => {
      phone.change({ network: { type: "none" } });
      phone.change({ network: { type: "4g" } });
      phone.change({ network: { delay: 5 } });
      phone.change({ theme: "dark" });
      phone.change({ orientation: "landscape" });
      phone.emit("captureScreen");
      phone.emit("show", { path: "pages/a", query: {}, scene: "1" });
      phone.emit("hide");
      phone.emit("pageNotFound", { path: "x", query: {}, isEntryPage: true });
      phone.emit("error", { message: "m", stack: "stack" });
    };
    for (const [name, listener] of listeners) tt[`on${name}`](listener);
    // One that throws keeps no other from hearing.
    all();
    for (const [name, listener] of listeners) tt[`off${name}`](listener);
    phone.change({ network: { type: "wifi" }, theme: "light", orientation: "portrait" });
    all();
    return heard;
  });
  const size = { windowWidth: 844, windowHeight: 390 - 91 };
  assert.deepEqual(
    heard,
    [
      ["NetworkStatusChange", { networkType: "none", isConnected: false }],
      ["NetworkStatusChange", { networkType: "4g", isConnected: true }],
      ["ThemeChange", { theme: "dark" }],
      ["WindowResize", { ...size, size }],
      ["UserCaptureScreen", null],
      ["AppShow", { path: "pages/a", query: {}, scene: "1" }],
      ["AppHide", null],
      ["PageNotFound", { path: "x", query: {}, isEntryPage: true }],
      ["Error", "stack"],
    ].map(([name, value]) => [name, value ?? undefined]),
  );
  assert.equal(await page.evaluate(() => tt.getNetworkType().then(({ networkType }) => networkType)), "4g");

  const readings = await page.evaluate(async () => {
    const reading = await new Promise((done) => tt.onAccelerometerChange(done));
    await tt.stopAccelerometer();
    return reading;
  });
  assert.deepEqual(readings, { x: 0, y: 0, z: -1 });
  const places = await page.evaluate(async () => [
    await tt.getLocation(),
    await tt.getLocation({ type: "gcj02" }),
  ]);
  assert.deepEqual([places[0].latitude, places[0].longitude, places[0].accuracy], [39.9087, 116.3975, 20]);
  // The shift at Tian'anmen that every map of China has.
  assert.ok(
    Math.abs(places[1].latitude - 39.9101) < 1e-4 && Math.abs(places[1].longitude - 116.40374) < 1e-4,
    JSON.stringify(places[1]),
  );
});

test("the router is told what pages ask for", async (t) => {
  const { phone } = await phones(t);
  const page = await phone();
  const { routed, failures } = await page.evaluate(async () => {
    const failures = [];
    await tt.navigateTo({ url: "/pages/c?a=1", query: { a: 2, b: "x y" } });
    await tt.navigateBack();
    await tt.setNavigationBarColor({ frontColor: "#000000", backgroundColor: "#ffffff" });
    await tt.setTabBarBadge({ index: 1, text: "3" });
    for (const [name, options] of [
      ["navigateTo", {}],
      ["navigateTo", { url: "/nowhere" }],
      ["setNavigationBarColor", { frontColor: "#123456", backgroundColor: "#ffffff" }],
    ])
      failures.push(await tt[name](options).catch(({ errMsg, errNo }) => [errMsg, errNo]));
    return { routed, failures };
  });
  assert.deepEqual(routed, [
    ["navigateTo", "/pages/c?a=1&b=x%20y"],
    ["navigateBack", 1],
    ["setNavigationBar", { frontColor: "#000000", backgroundColor: "#ffffff" }],
    ["setTabBar", { kind: "badge", index: 1, text: "3" }],
  ]);
  assert.deepEqual(failures, [
    ["navigateTo:fail params.url should be string, but got undefined", 20000],
    ['navigateTo:fail url "/nowhere" is not in app.json', 21500],
    [
      'setNavigationBarColor:fail expect params.frontColor to be one of "#ffffff", "#000000", but got #123456',
      20000,
    ],
  ]);
});

// effect: getImageInfo compressImage chooseImage createInnerAudioContext getRecorderManager createWorker canvasToTempFilePath createCanvasContext createAnimation
test("pictures, sound and threads", async (t) => {
  const { phone } = await phones(t);
  const page = await phone();
  const { begin, answer } = asking(page);

  await begin("chooseImage", { count: 2 });
  const [chooser] = await Promise.all([
    page.waitForEvent("filechooser"),
    page.getByRole("button", { name: "From the album" }).click(),
  ]);
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"/>`;
  await chooser.setFiles(
    ["a.svg", "b.svg", "c.svg"]
      .map((name) => ({ name, mimeType: "image/svg+xml", buffer: Buffer.from(svg) }))
      .slice(0, 2),
  );
  const { tempFilePaths } = await answer();
  assert.equal(tempFilePaths.length, 2);
  const info = await page.evaluate((src) => tt.getImageInfo({ src }), tempFilePaths[0]);
  assert.deepEqual([info.width, info.height, info.path], [40, 20, tempFilePaths[0]]);
  const unnamed = await page.evaluate(async () => {
    const blob = await new Promise((done) => document.createElement("canvas").toBlob(done));
    tt.getFileSystemManager().writeFileSync("ttfile://user/unnamed", await blob.arrayBuffer());
    return tt.getImageInfo({ src: "ttfile://user/unnamed" });
  });
  assert.equal(unnamed.type, "png", "what it is, not what it is called");
  await begin("chooseImage", { sourceType: ["camera"] });
  await page.getByRole("button", { name: "Take a picture" }).click();
  await page
    .locator("dialog video")
    .evaluate(
      (video) => new Promise((done) => (video.videoWidth > 0 ? done() : (video.onloadedmetadata = done))),
    );
  await page.getByRole("button", { name: "Take", exact: true }).click();
  const taken = await answer();
  const small = await page.evaluate(
    async (src) =>
      tt.getImageInfo({
        src: (await tt.compressImage({ src, quality: 10, compressedWidth: 50 })).tempFilePath,
      }),
    taken.tempFilePaths[0],
  );
  assert.deepEqual([small.width, small.type], [50, "jpeg"]);
  await begin("chooseImage", {});
  await page.getByRole("button", { name: "Cancel" }).click();
  assert.equal((await answer()).errMsg, "chooseImage:fail cancel");

  const drawn = await page.evaluate(async () => {
    const context = tt.createCanvasContext("board");
    context.setFillStyle("#ff0000");
    context.fillRect(0, 0, 300, 225);
    const pixel = () => [
      ...document.querySelector("#board canvas").getContext("2d").getImageData(5, 5, 1, 1).data,
    ];
    const before = pixel();
    await new Promise((done) => context.draw(false, done));
    const { tempFilePath } = await tt.canvasToTempFilePath({ canvasId: "board", width: 10, height: 10 });
    return { before, after: pixel(), file: await tt.getImageInfo({ src: tempFilePath }) };
  });
  assert.deepEqual(drawn.before, [0, 0, 0, 0]);
  assert.deepEqual(drawn.after, [255, 0, 0, 255]);
  assert.deepEqual([drawn.file.width, drawn.file.height], [10, 10]);

  const animation = await page.evaluate(() =>
    tt
      .createAnimation({ duration: 100 })
      .translate(10, "1em")
      .opacity(0)
      .step()
      .rotate(45)
      .step({ delay: 5 })
      .export(),
  );
  assert.deepEqual(
    animation.actions.map(({ animates, option }) => [
      animates.map(({ type, args }) => [type, ...args]),
      option.transition.duration,
      option.transition.delay,
    ]),
    [
      [
        [
          ["translate", 10, "1em"],
          ["style", "opacity", 0],
        ],
        100,
        0,
      ],
      [
        [
          ["translate", 10, "1em"],
          ["style", "opacity", 0],
          ["rotate", 45],
        ],
        100,
        5,
      ],
    ],
  );

  const recorded = await page.evaluate(async () => {
    const recorder = tt.getRecorderManager();
    const started = new Promise((done) => recorder.onStart(done));
    const frame = new Promise((done) => recorder.onFrameRecorded(done));
    recorder.start({ sampleRate: 16000, frameSize: 1 });
    await started;
    await frame;
    const stopped = new Promise((done) => recorder.onStop(done));
    recorder.stop();
    const { tempFilePath } = await stopped;
    const sound = tt.createInnerAudioContext();
    const heard = [];
    sound.onPlay(() => heard.push("play"));
    const ended = new Promise(
      (done, fail) => (sound.onEnded(done), sound.onError(({ errMsg }) => fail(new Error(errMsg)))),
    );
    sound.src = tempFilePath;
    sound.play();
    await ended;
    return heard;
  });
  assert.deepEqual(recorded, ["play"]);

  const doubled = await page.evaluate(async () => {
    const worker = tt.createWorker("worker.js");
    const answer = new Promise((done, fail) => {
      worker.onMessage(done);
      worker.onError(({ message }) => fail(new Error(message)));
    });
    worker.postMessage(21);
    return answer.finally(() => worker.terminate());
  });
  assert.equal(doubled, 42);
});

// effect: getEnvInfoSync getExtConfig getExtConfigSync
test("an app knows its id and its extension", async (t) => {
  const { phone } = await phones(t);
  const page = await phone();
  const seen = await page.evaluate(async () => ({
    appId: tt.getEnvInfoSync().microapp.appId,
    extension: tt.getExtConfigSync(),
    later: await tt.getExtConfig(),
  }));
  assert.deepEqual(seen, {
    appId: "tt42",
    extension: { shop: 7 },
    later: { extConfig: { shop: 7 }, errMsg: "getExtConfig:ok" },
  });
});

// effect: canIUse
test("canIUse tells the truth", async (t) => {
  const { phone } = await phones(t);
  const page = await phone();
  const schemas = {
    UpdateManager: true,
    "Stats.isDirectory": true,
    exitMiniProgram: true,
    "getLaunchOptionsSync.return.path": true,
    "getSystemInfo.success.screenWidth": true,
    "showToast.object.title": true,
    "showToast.object.icon.fail": true,
    "onCompassChange.callback.direction": true,
    "request.object.method.GET": true,
    swiper: true,
    "text.selectable": true,
    "button.open-type.share": true,
    // There is nobody to talk to.
    "button.open-type.contact": false,
    "Page.onReady": true,
    createRtcRoomContext: true,
    createOrder: false,
    "createCloud.return.callContainer": false,
    nothing: false,
    "showToast.object.colour": false,
    "showToast.object.icon.sun": false,
    "getSystemInfo.success.nothing": false,
    "text.nothing": false,
    "Stats.nothing": false,
    "Page.nothing": false,
    "request.object.method.GET.more": false,
    "": false,
    constructor: false,
    "request.object.constructor": false,
  };
  const answers = await page.evaluate(
    (names) => Object.fromEntries(names.map((name) => [name, tt.canIUse(name)])),
    Object.keys(schemas),
  );
  assert.deepEqual(answers, schemas);
  assert.equal(await page.evaluate(() => tt.canIUse()), false);
});

/** A phone of the simulator on a page of examples/components, whose dialogues are answered with yes. */
async function component(t, name) {
  const { url } = await simulate(t, "examples/components", "--mock", "examples/components/mock.json");
  const { context, errors } = await start(t, { view: { viewport: { width: 375, height: 760 } } });
  const page = await context.newPage();
  await page.goto(`${url}phone/?id=1&user=ada&language=en&fake=1&path=pages/${name}/${name}`);
  await page.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  return { page, errors };
}

// effect: createVideoContext
test("contexts find their components in a mini-program", async (t) => {
  const { page, errors } = await component(t, "video");
  await page.waitForFunction(() => document.querySelector("tt-video video")?.readyState > 0);
  await page.evaluate(() => {
    const context = tt.createVideoContext("video");
    context.seek(0.5);
    context.play();
  });
  await page.waitForFunction(() => document.querySelector("#video video").currentTime > 0.5);
  await page.evaluate(() => tt.createVideoContext("video").stop());
  assert.deepEqual(
    await page.evaluate(() => [
      document.querySelector("#video video").paused,
      document.querySelector("#video video").currentTime,
    ]),
    [true, 0],
  );

  await page.evaluate(() => tt.navigateTo({ url: "/pages/map/map" }));
  const map = await page.evaluate(async () => {
    const context = tt.createMapContext("map");
    const { latitude, longitude } = await context.getCenterLocation();
    const point = await context.mapToScreen({ latitude, longitude });
    const { southwest, northeast } = await context.getRegion();
    const missing = await tt
      .createMapContext("none")
      .getScale()
      .catch(({ errMsg }) => errMsg);
    return {
      latitude,
      longitude,
      point,
      inside: southwest.latitude < latitude && latitude < northeast.latitude,
      scale: await context.getScale(),
      missing,
    };
  });
  assert.ok(
    Math.abs(map.latitude - 39.909) < 1e-6 && Math.abs(map.longitude - 116.397) < 1e-6,
    JSON.stringify(map),
  );
  assert.ok(map.inside);
  assert.equal(map.scale.scale, 14);
  assert.equal(map.missing, 'getScale:fail there is no map with the id "none"');

  await page.evaluate(() => tt.navigateTo({ url: "/pages/api-canvas/api-canvas" }));
  await page.getByText("draw", { exact: true }).click();
  await page.waitForFunction(() => getCurrentPages().at(-1).data.events[0]?.type === "draw");
  // The gradient's upper end, half a row below its first colour, on the left where nothing is written.
  const pixel = await page.evaluate(() => [
    ...document.querySelector("[data-canvas-id=board]").getContext("2d").getImageData(5, 0, 1, 1).data,
  ]);
  assert.ok(
    [43, 95, 158, 255].every((value, index) => Math.abs(value - pixel[index]) < 3),
    `the sky is ${pixel}`,
  );
  const box = page.getByText("box", { exact: true });
  const before = await box.boundingBox();
  await page.getByText("animate", { exact: true }).click();
  await page.waitForFunction(
    (x) => document.querySelector(".box").getBoundingClientRect().x > x + 100,
    before.x,
  );
  // The example shows a video that is not there.
  assert.ok(errors.splice(0).every((error) => error.includes("missing.mp4")));
});

// effect: getLaunchOptionsSync authorize
test("a mini-program reads, asks and navigates through tt", async (t) => {
  const { page, errors } = await component(t, "api-navigation");
  const seen = await page.evaluate(async () => {
    const answer = (name, options) =>
      tt[name](options).then(
        ({ errMsg }) => [errMsg],
        ({ errMsg, errNo }) => [errMsg, errNo],
      );
    const { windowHeight, screenHeight, statusBarHeight } = tt.getSystemInfoSync();
    return {
      launch: tt.getLaunchOptionsSync(),
      window: [
        screenHeight - windowHeight - statusBarHeight,
        document.querySelector("phone-window").clientHeight - windowHeight,
      ],
      unknown: await answer("navigateTo", { url: "/pages/nowhere/nowhere" }),
      tab: await answer("switchTab", { url: "/pages/index/index" }),
      bar: await answer("setTabBarBadge", { index: 0, text: "1" }),
      empty: await answer("redirectTo", {}),
      there: await answer("navigateTo", { url: "/pages/text/text", query: { from: "a b" } }),
      options: getCurrentPages().at(-1).options,
      back: await answer("navigateBack"),
      route: getCurrentPages().at(-1).route,
    };
  });
  assert.deepEqual(
    [seen.launch.path, seen.launch.query, typeof seen.launch.scene],
    ["pages/api-navigation/api-navigation", {}, "string"],
  );
  assert.deepEqual(seen.window, [44, 0]);
  assert.deepEqual(seen.unknown, ['navigateTo:fail url "pages/nowhere/nowhere" is not in app.json', 21500]);
  assert.deepEqual(seen.tab, ["switchTab:fail can not switch to no-tabBar page", 21500]);
  assert.deepEqual(seen.bar, ["setTabBarBadge:fail not TabBar page", 21500]);
  assert.deepEqual(seen.empty, ["redirectTo:fail params.url should be string, but got undefined", 20000]);
  assert.deepEqual(
    [seen.there, seen.back, seen.route],
    [["navigateTo:ok"], ["navigateBack:ok"], "pages/api-navigation/api-navigation"],
  );
  assert.deepEqual(seen.options, { from: "a%20b" });

  // The user refuses the microphone, then allows it in the settings.
  await page.evaluate(
    () => void (globalThis.answer = tt.authorize({ scope: "scope.record" }).catch((error) => error)),
  );
  await page.getByRole("dialog").getByRole("button").first().click();
  assert.equal((await page.evaluate(() => globalThis.answer)).errMsg, "authorize:fail auth deny");
  await page.evaluate(() => void (globalThis.answer = tt.openSetting()));
  await page.getByRole("switch", { name: "Microphone" }).check();
  await page.getByRole("button", { name: "Done" }).click();
  // A phone's user is known from the start.
  const allowed = { "scope.userInfo": true, "scope.record": true };
  assert.deepEqual((await page.evaluate(() => globalThis.answer)).authSetting, allowed);

  // What the desk sees and sets is what the page has.
  await page.evaluate(() => tt.setStorageSync("mine", { a: 1 }));
  assert.deepEqual(await page.evaluate(() => phone.storage()), { mine: { a: 1 } });
  await page.evaluate(() => phone.setStorage("mine", 2));
  assert.equal(await page.evaluate(() => tt.getStorageSync("mine")), 2);

  // A page of the project cannot style the phone's own dialogues.
  await page.evaluate(() => {
    const style = document.createElement("style");
    style.textContent = "button { display: none !important } dialog { width: 1px !important }";
    document.head.append(style);
    void (globalThis.answer = tt.showModal({ content: "Still here" }));
  });
  await page.getByRole("button", { name: "确认" }).click();
  assert.equal((await page.evaluate(() => globalThis.answer)).confirm, true);
  assert.deepEqual(errors, []);
});

test("a dialogue takes no focus from elsewhere on the desk", async (t) => {
  const { url } = await simulate(t, "examples/components", "--phones", "2");
  const { context, errors } = await start(t);
  const page = await context.newPage();
  await page.goto(url);
  const [first, second] = await Promise.all(
    ["alice", "bob"].map(async (user) =>
      (await page.waitForSelector(`iframe.phone[data-user="${user}"]`)).contentFrame(),
    ),
  );
  for (const phone of [first, second])
    await phone.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  const type = () => {
    const input = document.createElement("input");
    input.id = "typing";
    document.body.append(input);
    input.focus();
  };
  for (const typing of [page, second]) {
    await typing.evaluate(type);
    await first.evaluate(() => void tt.showModal({ content: "Hello" }));
    await first.getByRole("dialog").waitFor();
    assert.deepEqual(await typing.evaluate(() => [document.hasFocus(), document.activeElement.id]), [
      true,
      "typing",
    ]);
    await first.getByRole("button", { name: "确认" }).click();
  }
  // Who uses this phone has the focus in the dialogue.
  await first.evaluate(() => void tt.showModal({ content: "Hello" }));
  assert.equal(
    await first.evaluate(() => document.activeElement.shadowRoot.activeElement.closest("dialog") !== null),
    true,
  );
  assert.deepEqual(errors, []);
});
