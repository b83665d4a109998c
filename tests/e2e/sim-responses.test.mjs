// What a page gets of servers that answer well, badly or not at all. The servers are written byte by byte.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { launch } from "./harness.mjs";
import { openPhone, project, simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** Without the domain check a phone warns of each address. */
const expected = /a phone refuses/;

/**
 * A server that has an answer for each path: bytes, after which it closes the connection, or a function that is given
 * the connection and what came of the body with the head. `heads` are the requests so far.
 */
async function server(t, answers) {
  const heads = [];
  const sockets = new Set();
  const listening = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
    let head = "";
    socket.on("data", (chunk) => {
      if (head.includes("\r\n\r\n")) return;
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      heads.push(head.split("\r\n\r\n")[0]);
      const answer = answers[head.split(" ")[1].split("?")[0]] ?? "HTTP/1.1 404 None\r\n\r\n";
      if (typeof answer === "function")
        answer(socket, Buffer.from(head.split("\r\n\r\n").slice(1).join("\r\n\r\n"), "latin1"));
      else socket.end(answer);
    });
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    listening.close();
  });
  return { url: `http://127.0.0.1:${listening.address().port}`, heads, sockets };
}

async function phone(t, files, ...args) {
  const simulator = await simulate(t, await project(t, files), ...args);
  const page = await openPhone(t, browser, simulator.url, { expected });
  /** What a function of `tt` answers: the fields of `success`, or the message of `fail`. */
  page.ask = (name, options) =>
    page.evaluate(
      ([name, options]) =>
        new Promise((done) => {
          const tell = (answer) => done({ ...answer, errMsg: undefined });
          tt[name]({ ...options, success: tell, fail: ({ errMsg }) => done(errMsg) });
        }),
      [name, options],
    );
  page.simulator = simulator.url;
  return page;
}

test("names of headers are those that server and page write", async (t) => {
  const head =
    "HTTP/1.1 200 OK\r\nX-Request-ID: 7\r\nETag: e\r\ncontent-TYPE: image/png\r\nSet-Cookie: a=1; Path=/\r\nset-cookie: b=2\r\n\r\n";
  const { url, heads } = await server(t, {
    "/early": `HTTP/1.1 103 Early\r\nX-REQUEST-ID: 1\r\n\r\n${head}{}`,
    "/moved": "HTTP/1.1 302 Found\r\nLocation: /early\r\nX-REQUEST-ID: 2\r\n\r\n",
    "/up": `${head}up`,
  });
  const page = await phone(t);
  const shown = {
    "X-Request-ID": "7",
    ETag: "e",
    "content-TYPE": "image/png",
    "Set-Cookie": ["a=1; Path=/", "b=2"],
  };
  for (const path of ["/early", "/moved"]) {
    const { header } = await page.ask("request", {
      url: url + path,
      header: { "X-appToken": 1, authorization: "b" },
    });
    assert.deepEqual(header, shown);
  }
  const received = await page.evaluate(
    (url) => new Promise((done) => tt.request({ url }).onHeadersReceived(done)),
    `${url}/early`,
  );
  assert.deepEqual(received.header, shown);
  for (const head of heads.slice(0, 3)) assert.match(head, /\r\nX-appToken: 1(\r\n|$)/);
  assert.match(heads[0], /\r\nauthorization: b(\r\n|$)/);

  await page.evaluate(() => tt.getFileSystemManager().writeFileSync("ttfile://user/a.txt", "a"));
  await page.ask("uploadFile", {
    url: `${url}/up`,
    filePath: "ttfile://user/a.txt",
    name: "a",
    header: { "X-Up": 1, "Content-Type": "a/b" },
  });
  assert.match(heads.at(-1), /^POST \/up .*\r\nContent-Type: multipart\/form-data; boundary=/s);
  assert.match(heads.at(-1), /\r\nX-Up: 1(\r\n|$)/);
  const { tempFilePath } = await page.ask("downloadFile", { url: `${url}/early` });
  assert.match(tempFilePath, /\.png$/);
});

test("cookies are kept and sent where app.json wants them", async (t) => {
  const answer = (lines, more = "200 OK\r\n") =>
    `HTTP/1.1 ${more}${lines.map((line) => `Set-Cookie: ${line}\r\n`).join("")}\r\n`;
  const { url, heads } = await server(t, {
    "/login": answer(["session=1; HttpOnly", "deep=2; Path=/deep", "old=3"]),
    "/step": answer(["step=5; Path=/"], "302 Found\r\nLocation: /deep/x\r\n"),
    "/logout": answer(["old=; Max-Age=0"]),
    "/deep/x": answer([]),
    "/x": answer([]),
  });
  const cookies = () => /\r\ncookie: ([^\r]*)/i.exec(heads.at(-1))?.[1].split("; ").toSorted();
  const keeps = await phone(t, {
    "app.json": JSON.stringify({ pages: ["pages/a/a"], cookie: { enableStore: true } }),
  });
  await keeps.ask("request", { url: `${url}/login` });
  assert.equal(cookies(), undefined);
  await keeps.ask("request", { url: `${url}/x` });
  assert.deepEqual(cookies(), ["old=3", "session=1"]);
  await keeps.ask("request", { url: `${url}/step` });
  assert.deepEqual(cookies(), ["deep=2", "old=3", "session=1", "step=5"]);
  await keeps.ask("request", { url: `${url}/x`, header: { Cookie: "own=1" } });
  assert.deepEqual(cookies(), ["own=1"]);
  await keeps.ask("request", { url: `${url}/logout` });
  // The phone starts anew, and another one has cookies of its own.
  await keeps.reload();
  await keeps.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  await keeps.ask("downloadFile", { url: `${url}/x` });
  assert.deepEqual(cookies(), ["session=1", "step=5"]);
  await keeps.evaluate(
    (url) => new Promise((done) => tt.connectSocket({ url }).onError(done)),
    `${url.replace("http", "ws")}/x`,
  );
  assert.deepEqual(cookies(), ["session=1", "step=5"]);
  const second = await openPhone(t, browser, keeps.simulator, { expected, id: "two" });
  await second.evaluate((url) => new Promise((success) => tt.request({ url, success })), `${url}/x`);
  assert.equal(cookies(), undefined);

  const forgets = await phone(t);
  await forgets.ask("request", { url: `${url}/login` });
  await forgets.ask("request", { url: `${url}/x` });
  assert.equal(cookies(), undefined);
});

test("an answer of any kind is one, and what is none fails in words", async (t) => {
  const ok = "HTTP/1.1 200 OK\r\n";
  const bomb = gzipSync(Buffer.alloc(80 << 20));
  const { url } = await server(t, {
    "/json": `${ok}\r\n{"a": "你好"}`,
    "/broken": `${ok}Content-Type: application/json\r\n\r\n{"a": `,
    "/bytes": Buffer.concat([
      Buffer.from(`${ok}\r\n`),
      Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)),
    ]),
    "/empty": "HTTP/1.1 204 No Content\r\n\r\n",
    "/same": "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n",
    "/failed": "HTTP/1.1 500 No\r\n\r\noops",
    "/chunks": `${ok}Transfer-Encoding: chunked\r\n\r\n2\r\n"a\r\n2\r\nb"\r\n0\r\n\r\n`,
    "/large": `${ok}X: ${"x".repeat(300 << 10)}\r\n\r\n`,
    "/cut": `${ok}Transfer-Encoding: chunked\r\n\r\n5\r\nshort\r\n`,
    "/short": `${ok}Content-Length: 99\r\n\r\nshort`,
    "/long": `${ok}Content-Length: 2\r\n\r\n12345`,
    "/round": "HTTP/1.1 302 Found\r\nLocation: /round\r\n\r\n",
    "/file": "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n",
    "/bomb": Buffer.concat([Buffer.from(`${ok}Content-Encoding: gzip\r\n\r\n`), bomb]),
    "/nonsense": "SSH-2.0-x\r\n\r\n",
    "/nothing": "",
  });
  const page = await phone(t);
  const data = async (path, options) => {
    const answer = await page.ask("request", { url: url + path, ...options });
    return typeof answer === "string" ? answer : [answer.statusCode, answer.data];
  };
  assert.deepEqual(await data("/json"), [200, { a: "你好" }]);
  assert.deepEqual(await data("/json", { dataType: "text" }), [200, `{"a": "你好"}`]);
  assert.deepEqual(await data("/broken"), [200, `{"a": `]);
  assert.deepEqual(await data("/empty"), [204, ""]);
  assert.deepEqual(await data("/same"), [304, ""]);
  assert.deepEqual(await data("/failed"), [500, "oops"]);
  assert.deepEqual(await data("/chunks"), [200, "ab"]);
  assert.deepEqual(await data("/long"), [200, 12]);
  const bytes = await page.evaluate(async (url) => {
    const { data } = await new Promise((success) =>
      tt.request({ url, responseType: "arraybuffer", success }),
    );
    return [data.constructor.name, [...new Uint8Array(data)]];
  }, `${url}/bytes`);
  assert.deepEqual(bytes, ["ArrayBuffer", Array.from({ length: 256 }, (_, byte) => byte)]);
  assert.match(await data("/large"), /^request:fail .*too large/);
  assert.equal(await data("/cut"), "request:fail the answer broke off");
  assert.equal(await data("/short"), "request:fail the answer broke off");
  assert.match(await data("/round"), /^request:fail .*more than 10 redirects/);
  assert.match(await data("/file"), /^request:fail .*file:\/\/\/etc\/passwd/);
  assert.match(await data("/bomb"), /^request:fail the answer has more than 67108864 bytes/);
  for (const path of ["/nonsense", "/nothing"])
    assert.match(await data(path), /^request:fail 127\.0\.0\.1: ./);
  assert.match(
    await page.ask("downloadFile", { url: `${url}/short` }),
    /^downloadFile:fail the answer broke off/,
  );
  // After all of them, the phone goes on.
  assert.deepEqual(await data("/chunks"), [200, "ab"]);
});

test("requests end by abort and timeout, wherever they are; ten at once are all answered", async (t) => {
  const begin = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
  const held = [];
  const { url, heads, sockets } = await server(t, {
    "/silent": () => {},
    "/half": (socket) => socket.write(`${begin}ab`),
    "/held": (socket) => {
      held.push(socket);
      if (held.length === 6) for (const each of held) each.end(`${begin}done`);
      else if (held.length > 6) socket.end(`${begin}done`);
    },
  });
  const page = await phone(t);
  const gone = async () => {
    for (const socket of sockets) if (!socket.destroyed) await once(socket, "close");
  };
  for (const path of ["/silent", "/half"]) {
    assert.equal(
      await page.ask("request", { url: url + path, timeout: 300 }),
      "request:fail no answer within 300 ms",
    );
    await gone();
    const aborted = page.evaluate(
      (url) =>
        new Promise((fail) => {
          window.task = tt.request({ url, fail });
        }).then(({ errMsg }) => errMsg),
      url + path,
    );
    const asked = heads.length + (heads.filter((head) => head.includes(path)).length > 1 ? 0 : 1);
    while (heads.length < asked) await page.evaluate(() => new Promise(requestAnimationFrame));
    await page.evaluate(() => {
      task.abort();
      task.abort();
    });
    assert.equal(await aborted, "request:fail abort");
    await gone();
  }
  const codes = await page.evaluate(
    async (url) =>
      (
        await Promise.all(
          Array.from({ length: 10 }, () => new Promise((success) => tt.request({ url, success }))),
        )
      ).map(({ data }) => data),
    `${url}/held`,
  );
  assert.deepEqual(codes, Array(10).fill("done"));
});

test("progress goes up to the whole", async (t) => {
  const whole = Buffer.alloc(3 << 20, "x");
  const { url } = await server(t, {
    "/down": Buffer.concat([
      Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${whole.length}\r\n\r\n`),
      whole,
    ]),
    "/unknown": Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\n\r\n"), whole]),
    "/up": (socket, begin) => {
      let bytes = begin.length;
      const end = () => bytes > whole.length && socket.end("HTTP/1.1 200 OK\r\n\r\nup");
      socket.on("data", (chunk) => {
        bytes += chunk.length;
        end();
      });
      end();
    },
  });
  const page = await phone(t);
  const progress = (name, options) =>
    page.evaluate(
      async ([name, options, size]) => {
        if (name === "uploadFile")
          tt.getFileSystemManager().writeFileSync("ttfile://user/big", "x".repeat(size));
        const seen = [];
        const answer = await new Promise((success, fail) =>
          tt[name]({ ...options, success, fail }).onProgressUpdate((update) =>
            seen.push(Object.values(update)),
          ),
        );
        return { seen, code: answer.statusCode };
      },
      [name, options, whole.length],
    );
  const rises = (seen) =>
    seen.every(([percent, done], i) => i === 0 || (percent >= seen[i - 1][0] && done >= seen[i - 1][1]));
  const down = await progress("downloadFile", { url: `${url}/down` });
  assert.ok(rises(down.seen), JSON.stringify(down.seen));
  assert.deepEqual(down.seen.at(-1), [100, whole.length, whole.length]);
  const unknown = await progress("downloadFile", { url: `${url}/unknown` });
  assert.deepEqual([unknown.seen.at(-1), unknown.code], [[0, whole.length, 0], 200]);
  const up = await progress("uploadFile", { url: `${url}/up`, filePath: "ttfile://user/big", name: "file" });
  assert.ok(
    rises(up.seen) && up.seen.at(-1)[0] === 100 && up.seen.at(-1)[1] > whole.length,
    JSON.stringify(up.seen),
  );
  assert.equal(up.code, 200);
});

test("the machines of the local network can be asked, the simulator itself cannot", async (t) => {
  const { url } = await server(t, { "/": "HTTP/1.1 200 OK\r\n\r\n1" });
  const page = await phone(t, {
    "pages/a/a.ttml": `<view>page a</view><web-view src="{{src}}" binderror="failed" />`,
    "pages/a/a.js":
      "Page({ data: { src: '' }, failed({ detail }) { this.setData({ error: detail.errMsg }); } });",
  });
  assert.equal((await page.ask("request", { url })).data, 1);
  const { port } = new URL(page.simulator);
  for (const host of ["127.0.0.1", "localhost", "2130706433"]) {
    for (const [name, scheme, more] of [
      ["request", "http"],
      ["downloadFile", "http"],
    ]) {
      const answer = await page.ask(name, { url: `${scheme}://${host}:${port}/settings.json`, ...more });
      assert.match(answer, /^\w+:fail .*: this is the simulator itself/);
    }
  }
  const socket = await page.evaluate(
    (url) => new Promise((done) => tt.connectSocket({ url }).onError(done)),
    `ws://localhost:${port}/rtc`,
  );
  assert.match(socket.errMsg, /this is the simulator itself/);
  for (const src of [page.simulator, `${page.simulator}settings.json`, "http://[", "file:///etc/passwd"]) {
    await page.evaluate((src) => getCurrentPages()[0].setData({ src, error: "" }), src);
    await page.waitForFunction(() => getCurrentPages()[0].data.error !== "");
    assert.equal(await page.locator("iframe[title=web-view]").getAttribute("src"), null, src);
  }
});

test("urlCheck refuses uploads and web-views as well, and lets listed domains through", async (t) => {
  const on = JSON.stringify({ appid: "tt1", setting: { urlCheck: true } });
  const { url, heads } = await server(t, {});
  const page = await phone(
    t,
    {
      "project.config.json": on,
      "pages/a/a.ttml": `<view>page a</view><web-view src="{{src}}" binderror="failed" />`,
      "pages/a/a.js":
        "Page({ data: { src: '' }, failed({ detail }) { this.setData({ error: detail.errMsg }); } });",
    },
    "--domain",
    "api.example.invalid",
  );
  await page.evaluate(() => tt.getFileSystemManager().writeFileSync("ttfile://user/a.txt", "a"));
  const file = { filePath: "ttfile://user/a.txt", name: "a" };
  assert.equal(await page.ask("uploadFile", { url, ...file }), "uploadFile:fail url not in domain list");
  assert.equal(
    await page.ask("downloadFile", { url: "https://other.example.invalid/" }),
    "downloadFile:fail url not in domain list",
  );
  // Listed: it goes out, and finds nobody.
  for (const [name, more] of [["request"], ["downloadFile"], ["uploadFile", file]]) {
    assert.match(
      await page.ask(name, { url: "https://api.example.invalid/", ...more }),
      /^\w+:fail api\.example\.invalid: /,
    );
  }
  const socket = await page.evaluate(
    () => new Promise((done) => tt.connectSocket({ url: "wss://api.example.invalid/" }).onError(done)),
  );
  assert.match(socket.errMsg, /^api\.example\.invalid: /);
  for (const src of [url, "https://other.example.invalid/"]) {
    await page.evaluate((src) => getCurrentPages()[0].setData({ src, error: "" }), src);
    await page.waitForFunction(() => getCurrentPages()[0].data.error !== "");
    assert.equal(await page.evaluate(() => getCurrentPages()[0].data.error), "url not in domain list");
  }
  await page.evaluate(() => getCurrentPages()[0].setData({ src: "https://api.example.invalid/" }));
  assert.equal(
    await page.locator("iframe[title=web-view]").getAttribute("src"),
    "https://api.example.invalid/",
  );
  assert.deepEqual(heads, []);
});
