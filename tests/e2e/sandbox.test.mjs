// Signaling without a server where the browser refuses what it takes.

import assert from "node:assert/strict";
import { test } from "node:test";

import { packageFiles, root, start } from "./harness.mjs";

const script = `
  <!doctype html><title>frame</title>
  <script type="module">
    const { default: init, createWebRoomContext } = await import("/pkg/index.js");
    await init();
    const context = createWebRoomContext({ appId: "app" });
    context.joinRtcRoom({
      roomId: "room",
      userId: "alice",
      token: "t",
      complete: ({ errNo, errMsg }) => parent.postMessage({ errNo, errMsg }, "*"),
    });
  </script>`;

const files = {
  "/blank.html": "<!doctype html><title>blank</title><body>",
  "/frame.html": script,
  // A sandboxed frame is of no origin, so scripts have to be given to every origin.
  ...Object.fromEntries(packageFiles.map((name) => [`/pkg/${name}`, shared(name)])),
};

function shared(name) {
  return async (_request, response) => {
    const { readFile } = await import("node:fs/promises");
    const type = name.endsWith(".js") ? "text/javascript" : "application/wasm";
    response.writeHead(200, { "content-type": type, "access-control-allow-origin": "*" });
    response.end(await readFile(`${root}pkg/${name}`));
  };
}

/** How a join in a frame with this sandbox ends; the warnings. */
async function join(t, sandbox, prepare) {
  const { context, open } = await start(t, { files });
  if (prepare) await context.addInitScript(prepare);
  const page = await open("/blank.html");
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  const answer = await page.evaluate((sandbox) => {
    const frame = document.createElement("iframe");
    if (sandbox) frame.setAttribute("sandbox", sandbox);
    const answer = new Promise((done) => addEventListener("message", ({ data }) => done(data)));
    frame.src = "/frame.html";
    document.body.append(frame);
    return answer;
  }, sandbox);
  return { answer, warnings };
}

test("in a sandboxed frame a join fails with the reason, not after a time", async (t) => {
  const { answer, warnings } = await join(t, "allow-scripts");
  assert.equal(answer.errNo, 21102);
  assert.match(
    answer.errMsg,
    /^joinRtcRoom:fail calls without a server need Web Locks and BroadcastChannel, .*: SecurityError: .*allow-same-origin/,
  );
  assert.equal(warnings.filter((text) => text.startsWith("tt-rtc: local signaling failed.")).length, 1);
});

test("with allow-same-origin it succeeds", async (t) => {
  const { answer } = await join(t, "allow-scripts allow-same-origin");
  assert.equal(answer.errMsg, "joinRtcRoom:ok");
});

test("without Web Locks, or where a channel is refused, a join fails with the reason", async (t) => {
  const without = await join(t, "", () => Object.defineProperty(navigator, "locks", { value: undefined }));
  assert.match(
    without.answer.errMsg,
    /Web Locks and BroadcastChannel, which a browser gives only to pages from https/,
  );
  const refused = await join(t, "", () => {
    window.BroadcastChannel = class {
      constructor() {
        throw new DOMException("storage is blocked", "SecurityError");
      }
    };
  });
  assert.match(refused.answer.errMsg, /SecurityError: storage is blocked. .*site data must not be blocked/);
});
