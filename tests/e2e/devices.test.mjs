// What a browser does to a page with a call in it: puts it aside, shows it again, pauses what it
// plays. What it does to devices is in tests/devices.rs.

import assert from "node:assert/strict";
import { test } from "node:test";

import { start } from "./harness.mjs";
import { startServer } from "./network/server.mjs";
import { until } from "./person.mjs";

/** One user with a camera and a microphone, who joins at once. */
const PAGE = `<!doctype html>
<title>one user</title>
<rtc-room mode="video"></rtc-room>
<script type="module">
  import init, { createWebRoomContext, install } from "/pkg/index.js";
  const query = new URLSearchParams(location.search);
  const userId = query.get("user");
  const say = (what) => fetch("/say?" + new URLSearchParams({ userId, what }));
  addEventListener("pageshow", (event) => {
    if (event.persisted) void say("back as it was");
  });
  const reasons = performance.getEntriesByType("navigation")[0]?.notRestoredReasons;
  if (reasons) void say("loaded anew: " + JSON.stringify(reasons));
  await init();
  if (query.has("signaling")) install({ signaling: query.get("signaling") });
  document.querySelector("rtc-room").setAttribute("user-id", query.get("other"));
  const room = createWebRoomContext({ appId: "app" });
  const call = (method, options) =>
    new Promise((success, fail) => room[method]({ ...options, success, fail }));
  window.call = call;
  window.lists = {};
  window.states = [];
  for (const name of ["ChatMembers", "VideoMembers", "ChatSpeakers"]) {
    room["onRtc" + name + "Changed"]((event) => {
      window.lists[name] = event.userIdList.join();
      void say(name + " " + event.userIdList.join());
    });
  }
  room.onRtcStateChanged((event) => window.states.push(event.errNo));
  await call("changeVideoCapture", { state: 1 });
  await call("changeAudioCapture", { state: 1 });
  if (query.has("join")) await call("joinRtcRoom", { roomId: "room", userId, token: "" });
  void say("ready");
</script>`;

const OTHER = "<!doctype html><title>another page</title>";

async function begin(t) {
  const said = [];
  const page = (text) => (request, response) => {
    // A page that may not be stored is not kept for the back button either.
    response.removeHeader("cache-control");
    response.setHeader("content-type", "text/html");
    response.end(text);
  };
  const files = {
    "/one.html": page(PAGE),
    "/other.html": page(OTHER),
    "/say": (request, response) => {
      said.push(Object.fromEntries(new URL(request.url, "http://localhost").searchParams));
      response.end();
    },
  };
  const browser = await start(t, { files, bfcache: true });
  const hears = (userId, what) =>
    until(() => said.some((words) => words.userId === userId && words.what === what));
  return { ...browser, said, hears };
}

/** Bob and Alice in a call; bob joins first. */
async function call(t, over = "local signaling") {
  const browser = await begin(t);
  // Stopped after the browser.
  const server = over === "a server" ? await startServer() : undefined;
  t.after(() => server?.kill());
  const signaling = server === undefined ? "" : `&signaling=${encodeURIComponent(server.url)}`;
  const pages = {};
  for (const [user, other] of [
    ["bob", "alice"],
    ["alice", "bob"],
  ]) {
    pages[user] = await browser.open(`/one.html?user=${user}&other=${other}&join${signaling}`);
    assert.ok(await browser.hears(user, "ready"));
  }
  assert.ok(await browser.hears("bob", "VideoMembers bob,alice"));
  return { ...browser, pages };
}

// Bob is there first, so that the hub of this browser runs in his tab.
for (const [leaver, stayer, over] of [
  ["alice", "bob", "local signaling"],
  ["bob", "alice", "local signaling"],
  ["alice", "bob", "a server"],
]) {
  test(`${leaver} goes to another page, and is in the call again with the back button, over ${over}`, async (t) => {
    const { pages, said, hears, url } = await call(t, over);
    const left = pages[leaver];
    const stays = pages[stayer];

    await left.goto(`${url}/other.html`);
    const members = () => stays.evaluate(() => window.lists.ChatMembers);
    assert.ok(await until(async () => (await members()) === stayer));
    said.length = 0;
    await left.evaluate(() => history.back()).catch(() => {});
    assert.ok(await hears(leaver, "back as it was"), JSON.stringify(said));
    assert.ok(await hears(leaver, "VideoMembers bob,alice"), JSON.stringify(said));
    assert.ok(await hears(leaver, "ChatSpeakers bob,alice"));
    const lists = () => stays.evaluate(() => Object.values(window.lists).join(" "));
    assert.ok(await until(async () => (await lists()) === "bob,alice bob,alice bob,alice"));
    const frames = () =>
      stays.evaluate(() => {
        const video = document.querySelector("rtc-room").shadowRoot.querySelector("video");
        return video.srcObject === null ? 0 : video.getVideoPlaybackQuality().totalVideoFrames;
      });
    const before = await frames();
    assert.ok(await until(async () => (await frames()) > before + 2), `${leaver} is seen`);
    assert.ok(await stays.evaluate(() => window.states.every((errNo) => errNo === 0)));
  });
}

test("a microphone whose permission is withdrawn is gone until the page asks for it", async (t) => {
  const { browser, context, pages, said, hears, url } = await call(t);
  const session = await context.newCDPSession(pages.alice);
  const { browserContextId } = (await session.send("Target.getTargetInfo")).targetInfo;
  const browserSession = await browser.newBrowserCDPSession();
  const set = (setting) =>
    browserSession.send("Browser.setPermission", {
      permission: { name: "microphone" },
      setting,
      origin: url,
      browserContextId,
    });
  const states = () => pages.alice.evaluate(() => window.states.filter((errNo) => errNo !== 0).join());
  const lists = () => pages.alice.evaluate(() => Object.values(window.lists).join(" "));
  await set("denied");
  assert.ok(await until(async () => (await states()) === "21106"), await states());
  // Bob, of the same origin, loses his, too. Chromium ends the cameras as well, which come back.
  assert.ok(await until(async () => (await lists()) === "bob,alice bob,alice "), await lists());
  said.length = 0;
  await set("granted");
  await pages.bob.evaluate(() => window.call("changeAudioCapture", { state: 1 }));
  assert.ok(await hears("alice", "ChatSpeakers bob"), "alice has not asked");
  await pages.alice.evaluate(() => window.call("changeAudioCapture", { state: 1 }));
  assert.ok(await hears("bob", "ChatSpeakers bob,alice"));
  assert.equal(await states(), "21106");
});

test("a page with a context and no call is kept for the back button", async (t) => {
  const { open, said, hears, url } = await begin(t);
  const page = await open("/one.html?user=alice&other=bob");
  assert.ok(await hears("alice", "ready"));
  await page.goto(`${url}/other.html`);
  await page.evaluate(() => history.back()).catch(() => {});
  assert.ok(await hears("alice", "back as it was"), JSON.stringify(said));
});
