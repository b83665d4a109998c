// pkg/index.js and pkg/slim.js, the ways into the package: loading, and what it says when that goes wrong.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { root, start } from "./harness.mjs";

const files = {
  "/blank.html": "<!doctype html><title>blank</title>",
  "/page.wasm": (_request, response) => {
    response.setHeader("content-type", "text/html");
    response.end("<!doctype html>no such page");
  },
  "/garbage.wasm": "this is no wasm",
};

/** Runs `body` in a new page, with a module of the package as `tt`. */
async function inPage(t, body, argument, entry = "index.js") {
  const { open, errors } = await start(t, { files });
  const page = await open("/blank.html");
  const result = await page.evaluate(
    async ([entry, body, argument]) => {
      const tt = await import(`/pkg/${entry}`);
      return new Function("tt", "argument", `return (${body})(tt, argument)`)(tt, argument);
    },
    [entry, String(body), argument],
  );
  return { result, errors };
}

/** How many files of wasm are loaded by three calls of `init`, of which two are at the same time. */
async function filesOfWasm({ default: init }) {
  await Promise.all([init(), init()]);
  await init();
  const names = performance.getEntriesByType("resource").map((entry) => entry.name);
  return names.filter((name) => name.endsWith(".wasm")).length;
}

test("the package needs no file of wasm, tt-rtc/slim one; a second init is free", async (t) => {
  assert.equal((await inPage(t, filesOfWasm)).result, 0);
  assert.equal((await inPage(t, filesOfWasm, null, "slim.js")).result, 1);
});

test("init takes a wasm in tt-rtc/slim alone, and says so", async (t) => {
  const { result } = await inPage(t, ({ default: init }) => init("/pkg/tt_rtc_bg.wasm").catch(String));
  assert.equal(result, "TypeError: tt-rtc: init() takes nothing; that of tt-rtc/slim takes a wasm");
});

test("a page sees nothing internal of the function that it gets", async (t) => {
  const { result } = await inPage(t, async ({ default: init, install }) => {
    await init();
    return Object.keys(install({ target: {} }).createRtcRoomContext);
  });
  assert.deepEqual(result, []);
});

test("what needs the wasm says so before it is loaded", async (t) => {
  const { result } = await inPage(t, (tt) =>
    ["install", "createWebRoomContext", "destroy"].map((name) => {
      try {
        return tt[name]({});
      } catch (error) {
        return error.message;
      }
    }),
  );
  for (const message of result) {
    assert.match(message, /^tt-rtc: \w+\(\) was called before init\(\) had finished/);
  }
});

test("a wasm that cannot be loaded is an error with its URL and the reason", async (t) => {
  const cases = {
    "/missing.wasm":
      /^tt-rtc: http:.*\/missing\.wasm could not be loaded: the server answered 404 Not Found$/,
    "/page.wasm": /^tt-rtc: http:.*\/page\.wasm could not be loaded: the server answered with a page/,
    "/garbage.wasm": /^tt-rtc: http:.*\/garbage\.wasm could not be loaded: .*magic/,
    "http://127.0.0.1:1/x.wasm": /^tt-rtc: http:.*:1\/x\.wasm could not be loaded: /,
  };
  const { result, errors } = await inPage(
    t,
    async ({ default: init }, urls) => {
      const messages = [];
      for (const url of urls) {
        messages.push(
          await init(url).then(
            () => "loaded",
            (error) => error.message,
          ),
        );
      }
      return messages;
    },
    Object.keys(cases),
    "slim.js",
  );
  Object.values(cases).forEach((pattern, index) => assert.match(result[index], pattern));
  // Chromium itself reports on the console what the network refused.
  errors.length = 0;
});

test("after a failure init may be tried again", async (t) => {
  const { result, errors } = await inPage(
    t,
    async ({ default: init, install }) => {
      const first = await init("/missing.wasm").then(
        () => "loaded",
        () => "failed",
      );
      await init();
      return [first, typeof install({ target: {} })];
    },
    null,
    "slim.js",
  );
  assert.deepEqual(result, ["failed", "object"]);
  errors.length = 0;
});

test("the wasm may be handed over in every form", async (t) => {
  const { open } = await start(t, { files });
  for (const form of [
    "new URL(wasm)",
    "wasm",
    "new Request(wasm)",
    "fetch(wasm)",
    "await fetch(wasm)",
    "fetch(wasm).then((response) => response.arrayBuffer())",
    "WebAssembly.compileStreaming(fetch(wasm))",
  ]) {
    // Each in a page of its own: what is loaded stays loaded.
    const page = await open("/blank.html");
    const loaded = await page.evaluate(`(async () => {
      const { default: init, install } = await import("/pkg/slim.js");
      const wasm = new URL("/pkg/tt_rtc_bg.wasm", location.href).href;
      await init(${form});
      return typeof install;
    })()`);
    assert.equal(loaded, "function", form);
    await page.close();
  }
});

test("methods of a web context answer with promises, unless they are given a callback; those of tt never", async (t) => {
  const { result } = await inPage(t, async ({ default: init, createWebRoomContext, destroy, install }) => {
    await init();
    const web = createWebRoomContext({ appId: "app" });
    const room = { roomId: "room", userId: "alice", token: "t" };
    const said = (promise) =>
      promise.then(
        ({ errMsg }) => errMsg,
        (error) => [error instanceof Error, error.message, error.errMsg, error.errNo],
      );
    const joined = await said(web.joinRtcRoom(room));
    const again = await said(web.joinRtcRoom(room));
    const wrong = await said(web.changeAudioCapture({ state: 2 }));
    const none = await said(web.exitRtcRoom());
    const withCallback = await new Promise((complete) => {
      const returned = web.exitRtcRoom({
        roomId: "room",
        complete: ({ errMsg }) => complete([errMsg, returned]),
      });
    });
    const platforms = install({ target: {} }).createRtcRoomContext({ appId: "app" });
    const nothing = platforms.exitRtcRoom({ roomId: "room" });
    destroy(web);
    const dead = await said(web.joinRtcRoom(room));
    return { joined, again, wrong, none, withCallback, nothing, dead };
  });
  const { joined, again, wrong, none, withCallback, nothing, dead } = result;
  assert.equal(joined, "joinRtcRoom:ok");
  assert.deepEqual([again[0], again[3]], [true, 21100]);
  assert.equal(again[1], again[2]);
  assert.match(again[1], /^joinRtcRoom:fail /);
  assert.deepEqual([wrong[3], none[3], dead[3]], [20000, 20000, 29010]);
  assert.equal(withCallback[0], "exitRtcRoom:ok");
  assert.equal(withCallback[1], undefined);
  assert.equal(nothing, undefined);
});

test("package.json names every file of the package", async () => {
  const manifest = JSON.parse(await readFile(`${root}pkg/package.json`, "utf8"));
  assert.equal(manifest.exports["."].default, "./index.js");
  for (const file of manifest.files) await readFile(`${root}pkg/${file}`);
});

test("only a call without a server loads local signaling", async (t) => {
  const { open } = await start(t, { files });
  const page = await open("/blank.html");
  const requests = [];
  page.on("request", (request) => requests.push(new URL(request.url()).pathname));
  await page.evaluate(async () => {
    window.tt = await import("/pkg/slim.js");
    await tt.default();
    tt.createWebRoomContext({ appId: "app", signaling: "wss://127.0.0.1:1/" });
    // A request after those of the context.
    await fetch("/blank.html");
  });
  assert.ok(!requests.includes("/pkg/tt_rtc_local.js"), requests.join());
  await page.evaluate(
    () =>
      new Promise((success) =>
        tt
          .createWebRoomContext({ appId: "app" })
          .joinRtcRoom({ roomId: "room", userId: "alice", token: "t", success }),
      ),
  );
  assert.ok(requests.includes("/pkg/tt_rtc_local_wasm.js"), requests.join());
});

test("a join says that local signaling cannot be loaded, and the next one tries again", async (t) => {
  const { result } = await inPage(
    t,
    async ({ default: init, createWebRoomContext }) => {
      await init();
      const join = (localSignaling) =>
        new Promise((resolve) =>
          createWebRoomContext({ appId: "app", localSignaling }).joinRtcRoom({
            roomId: "room",
            userId: "alice",
            token: "t",
            complete: ({ errMsg }) => resolve(errMsg),
          }),
        );
      return [await join("/garbage.wasm"), await join("/pkg/tt_rtc_local_bg.wasm")];
    },
    null,
    "slim.js",
  );
  const [failed, joined] = result;
  assert.match(failed, /^joinRtcRoom:fail .*local signaling cannot be loaded: .*magic/);
  assert.equal(joined, "joinRtcRoom:ok");
});
