// Calls through examples/web: people who press buttons, and what the others are told, see and
// hear of it. Nothing here knows how the library does it.
//
// With `TT_RTC_SIGNALING=server` (see server.test.mjs) all of it goes through a tt-rtc-server.

import assert from "node:assert/strict";
import { test } from "node:test";

import { start } from "./harness.mjs";
import { startServer } from "./network/server.mjs";
import { inTab, observe, seated, until } from "./person.mjs";

/** A page with these people in it, none of whom has joined yet. */
async function gather(t, { users = ["alice", "bob"], web = false, ...options } = {}) {
  const browser = await begin(t, options);
  const query = new URLSearchParams({ room: "e2e", users: users.join() });
  if (web) query.set("web", "1");
  const page = await browser.open(`/?${query}`);
  const names = web ? [...users, "carol"] : users;
  const people = await Promise.all(names.map((user) => seated(page, user)));
  return { ...browser, page, people };
}

async function begin(t, options = {}) {
  const browser = await start(t, { view: { viewport: { width: 1400, height: 900 } }, ...options });
  await browser.context.addInitScript(observe);
  if (process.env.TT_RTC_SIGNALING !== "server") return browser;
  const server = await startServer();
  t.after(() => server.kill());
  const signaling = new URLSearchParams({ signaling: server.url });
  const open = (path) => browser.open(`${path}${path.includes("?") ? "&" : "?"}${signaling}`);
  return { ...browser, open };
}

/** Refuses every camera and microphone to one user, until `window.refuse` is made false. */
function refuse(user) {
  if (new URLSearchParams(location.search).get("user") !== user) return;
  window.refuse = true;
  const { mediaDevices } = navigator;
  const original = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = (constraints) =>
    window.refuse
      ? Promise.reject(new DOMException("Permission denied", "NotAllowedError"))
      : original(constraints);
}

const everywhere = (people, check) => Promise.all(people.map(check));

test("two people join, and see and hear each other", async (t) => {
  const { people } = await gather(t);
  const [alice, bob] = people;

  await alice.join();
  await alice.told({ members: ["alice"], video: ["alice"], speakers: ["alice"], screens: [] });
  await alice.shows("alice camera");
  await alice.sees("alice");

  await bob.join();
  const both = ["alice", "bob"];
  await everywhere(people, (person) =>
    person.told({ members: both, video: both, speakers: both, screens: [] }),
  );
  await alice.shows("alice camera", "bob video");
  await bob.shows("alice video", "bob camera");
  await everywhere(people, (person) => everywhere(both, (user) => person.sees(user)));
  await everywhere(people, (person) => person.hears());
  await alice.showsDevices("bob", { mic: "on", camera: "on" });
});

test("join all brings everybody into the call", async (t) => {
  const { page, people } = await gather(t);
  await page.click('[data-testid="join-all"]');
  await everywhere(people, (person) => person.inPhase("call"));
  const [alice, bob] = people;
  // Both were on their way at once, so either may have been first.
  const everybody = async (person) => {
    const sorted = () => person.frame.evaluate(() => (window.lists.members ?? []).toSorted().join());
    assert.ok(await until(async () => (await sorted()) === "alice,bob"), await sorted());
  };
  await everywhere(people, everybody);
  await alice.sees("bob");
  await bob.sees("alice");
});

test("muting and unmuting is told, seen and heard, and negotiates nothing", async (t) => {
  const { people } = await gather(t);
  const [alice, bob] = people;
  await alice.join();
  await bob.join();
  await everywhere(people, (person) => person.hears());
  await alice.sees("bob");
  await bob.sees("alice");
  const negotiations = async () => (await alice.negotiations()) + (await bob.negotiations());
  const before = await negotiations();

  await alice.press("mic");
  await everywhere(people, (person) => person.told({ speakers: ["bob"] }));
  await bob.showsDevices("alice", { mic: "off", camera: "on" });
  assert.equal(await alice.pressed("mic"), false);
  await bob.hearsNothing();
  await alice.hears();

  await alice.press("mic");
  await everywhere(people, (person) => person.told({ speakers: ["alice", "bob"] }));
  await bob.showsDevices("alice", { mic: "on" });
  await bob.hears();

  await alice.press("camera");
  await everywhere(people, (person) => person.told({ video: ["bob"], speakers: ["alice", "bob"] }));
  await bob.showsDevices("alice", { camera: "off" });
  await bob.seesNot("alice");
  await alice.seesNot("alice");
  assert.equal(await alice.pressed("camera"), false);
  await alice.sees("bob");

  await alice.press("camera");
  await everywhere(people, (person) => person.told({ video: ["alice", "bob"] }));
  await bob.sees("alice");
  await alice.sees("alice");

  assert.equal(await negotiations(), before);
});

test("somebody who joins muted and unseen can turn both on", async (t) => {
  const { people } = await gather(t);
  const [alice, bob] = people;
  await alice.press("mic");
  await alice.press("camera");
  await alice.join();
  await bob.join();
  await everywhere(people, (person) =>
    person.told({ members: ["alice", "bob"], video: ["bob"], speakers: ["bob"] }),
  );
  await alice.sees("bob");
  await alice.hears();

  await alice.press("mic");
  await alice.press("camera");
  await everywhere(people, (person) => person.told({ video: ["alice", "bob"], speakers: ["alice", "bob"] }));
  await bob.sees("alice");
  await bob.hears();
});

test("the camera is switched, and the picture goes on", async (t) => {
  // Of Chromium's fake cameras the second measures depth, which WebRTC does not send, and the
  // third shows a picture that stands still; the fourth, the last, is like the first.
  const { people } = await gather(t, { cameras: 4 });
  const [alice, bob] = people;
  await alice.join();
  await bob.join();
  await bob.sees("alice");
  const front = await alice.cameraInUse();
  assert.equal(await alice.mirrored("alice"), true, "one sees oneself as in a mirror");
  assert.equal(await bob.mirrored("alice"), false);
  const before = await alice.negotiations();

  await alice.press("switch-camera");
  assert.ok(
    await until(async () => ![front, undefined].includes(await alice.cameraInUse())),
    "the back camera",
  );
  await bob.sees("alice");
  await alice.sees("alice");
  assert.ok(await until(async () => !(await alice.mirrored("alice"))), "the back camera shows what is there");

  await alice.press("switch-camera");
  assert.ok(await until(async () => (await alice.cameraInUse()) === front), "the front camera");
  await bob.sees("alice");
  await everywhere(people, (person) => person.told({ video: ["alice", "bob"] }));
  assert.equal(await alice.negotiations(), before);
});

/** The audio outputs of a phone, and a list of those that elements are set to. */
function phoneOutputs() {
  window.outputs = [];
  const { mediaDevices } = navigator;
  if (mediaDevices === undefined) return; // about:blank
  const enumerate = mediaDevices.enumerateDevices.bind(mediaDevices);
  const output = (label) => ({ kind: "audiooutput", deviceId: label, label });
  mediaDevices.enumerateDevices = async () => [
    ...(await enumerate()).filter(({ kind }) => kind !== "audiooutput"),
    ...["Speakerphone", "Headset earpiece"].map(output),
  ];
  HTMLMediaElement.prototype.setSinkId = async (id) => void window.outputs.push(id);
}

test("the loudspeaker is switched, and the sound goes on", async (t) => {
  const browser = await begin(t);
  await browser.context.addInitScript(phoneOutputs);
  const page = await browser.open(`/?${new URLSearchParams({ room: "e2e", users: "alice,bob" })}`);
  const [alice, bob] = await Promise.all(["alice", "bob"].map((user) => seated(page, user)));
  await alice.join();
  await bob.join();
  for (const speaker of [false, true]) {
    await alice.press("speaker");
    assert.ok(await until(async () => (await alice.pressed("speaker")) === speaker));
    const output = speaker ? "Speakerphone" : "Headset earpiece";
    const last = () => alice.frame.evaluate(() => window.outputs.at(-1));
    assert.ok(await until(async () => (await last()) === output), output);
    await alice.hears();
  }
});

test("three people, one of whom shares a screen from the web", async (t) => {
  const { people } = await gather(t, { web: true });
  const [alice, bob, carol] = people;
  const all = ["alice", "bob", "carol"];
  for (const person of people) await person.join();
  await everywhere(people, (person) => person.told({ members: all, video: all, speakers: all, screens: [] }));
  for (const person of people) {
    for (const user of all) await person.sees(user);
    await person.hears(2);
  }
  assert.equal(
    await alice.frame.isVisible('[data-testid="share"]'),
    false,
    "a mini-program shares no screen",
  );

  await carol.press("share");
  await everywhere(people, (person) => person.told({ screens: ["carol"], video: all }));
  await alice.shows("carol screen", "alice camera", "bob video", "carol video");
  await bob.shows("carol screen", "alice video", "bob camera", "carol video");
  await alice.sees("carol", { mode: "screen" });
  await bob.sees("carol", { mode: "screen" });
  await alice.sees("carol");
  assert.equal(await carol.pressed("share"), true);

  await carol.press("share");
  await everywhere(people, (person) => person.told({ screens: [], video: all }));
  await alice.shows("alice camera", "bob video", "carol video");

  await carol.press("share");
  await bob.sees("carol", { mode: "screen" });
  await carol.leave();
  const left = ["alice", "bob"];
  await everywhere([alice, bob], (person) =>
    person.told({ members: left, video: left, speakers: left, screens: [] }),
  );
  await carol.holdsNothing();
  await alice.sees("bob");
});

test("whoever joins later sees a screen that is shared already", async (t) => {
  const { people } = await gather(t, { web: true });
  const [alice, bob, carol] = people;
  await bob.join();
  await carol.join();
  await carol.press("share");
  await bob.told({ screens: ["carol"] });
  await alice.join();
  await alice.told({ members: ["bob", "carol", "alice"], screens: ["carol"] });
  await alice.sees("carol", { mode: "screen" });
  await alice.sees("carol");
  await alice.sees("bob");
});

test("the hub's tab is closed in mid-call, and the call goes on", async (t) => {
  const { open } = await begin(t);
  // The first tab is the one that hosts the hub.
  const alice = await inTab(open, "alice");
  await alice.join();
  const bob = await inTab(open, "bob");
  await bob.join();
  const carol = await inTab(open, "carol");
  await carol.join();
  const all = ["alice", "bob", "carol"];
  await everywhere([alice, bob, carol], (person) => person.told({ members: all, video: all, speakers: all }));
  for (const person of [alice, bob, carol]) {
    for (const user of all) await person.sees(user);
  }
  const before = (await bob.negotiations()) + (await carol.negotiations());
  const peers = () => bob.frame.evaluate(() => window.seen.peers.map((peer) => peer.connectionState));
  // Bob's peers are Alice's and, since she came last, Carol's.
  const between = (await peers()).lastIndexOf("connected");

  await alice.page.close();
  const left = ["bob", "carol"];
  await everywhere([bob, carol], (person) => person.told({ members: left, video: left, speakers: left }));
  await bob.sees("carol");
  await carol.sees("bob");
  await bob.hears();
  await carol.hears();
  assert.equal((await peers())[between], "connected", "media between the others was never touched");
  assert.equal((await bob.negotiations()) + (await carol.negotiations()), before);

  // The next tab hosts the hub now: the room is open to newcomers, and to changes.
  const dave = await inTab(open, "dave");
  await dave.join();
  const now = ["bob", "carol", "dave"];
  await everywhere([bob, carol, dave], (person) => person.told({ members: now, video: now, speakers: now }));
  await dave.sees("bob");
  await carol.sees("dave");
  await bob.press("camera");
  await everywhere([bob, carol, dave], (person) => person.told({ video: ["carol", "dave"] }));

  // And once more, so that it is the third one's turn.
  await bob.page.close();
  await everywhere([carol, dave], (person) => person.told({ members: ["carol", "dave"] }));
  await carol.sees("dave");
  await dave.hears();
});

test("the hub's tab crashes in mid-call, then that of the next hub, and the call goes on", async (t) => {
  const { context, errors, open } = await begin(t);
  const crash = async ({ page }) => {
    const devtools = await context.newCDPSession(page);
    const crashed = page.waitForEvent("crash");
    devtools.send("Page.crash").catch(() => {});
    await crashed;
  };
  const people = [];
  for (const user of ["alice", "bob", "carol", "dave"]) {
    const person = await inTab(open, user);
    await person.join();
    people.push(person);
  }
  const [alice, bob, carol, dave] = people;
  await dave.sees("carol");

  await crash(alice);
  await dave.sees("carol");
  await bob.hears();
  // Soon: the others are still coming back from the first crash.
  await crash(bob);
  await dave.sees("carol");
  await carol.hears();
  // They said no goodbye, so they are given up only after a while.
  const both = ["carol", "dave"];
  await everywhere([carol, dave], (person) => person.told({ members: both, video: both, speakers: both }));
  await dave.press("mic");
  await everywhere([carol, dave], (person) => person.told({ speakers: ["carol"] }));
  errors.length = 0;
});

test("leaving frees everything, and one can join again", async (t) => {
  const { people } = await gather(t);
  const [alice, bob] = people;
  await alice.join();
  for (let time = 0; time < 3; time++) {
    await bob.join();
    await everywhere(people, (person) => person.told({ members: ["alice", "bob"], video: ["alice", "bob"] }));
    await bob.sees("alice");
    await alice.sees("bob");
    await bob.hears();

    await bob.leave();
    await alice.told({ members: ["alice"], video: ["alice"], speakers: ["alice"] });
    await alice.shows("alice camera");
    await bob.holdsNothing();
  }
  await alice.leave();
  await alice.holdsNothing();

  // The room is as good as new, whoever is first now.
  await bob.join();
  await alice.join();
  await everywhere(people, (person) => person.told({ members: ["bob", "alice"] }));
  await alice.sees("bob");
  await bob.sees("alice");
});

test("a frame that is removed leaves the call", async (t) => {
  const { page, people } = await gather(t);
  const [alice, bob] = people;
  await alice.join();
  await bob.join();
  await alice.sees("bob");
  await page.click('.seat[data-user="bob"] [data-testid="remove"]');
  await alice.told({ members: ["alice"], video: ["alice"], speakers: ["alice"] });
  await alice.shows("alice camera");

  await page.click('[data-testid="add-web"]');
  const web = await seated(page, "bob");
  await web.join();
  await alice.told({ members: ["alice", "bob"] });
  await alice.sees("bob");
  assert.equal(await web.frame.isVisible('[data-testid="share"]'), true);
});

test("where a browser plays no sound before the user has touched the page, the first touch starts it", async (t) => {
  const { context, errors, open } = await begin(t);
  const alice = await inTab(open, "alice");
  await alice.join();

  // Bob's page joins by itself and captures nothing: Chromium lets pages that capture play.
  await context.addInitScript(refuse, "bob");
  await context.addInitScript(() => {
    window.sounds = [];
    window.Audio = class extends window.Audio {
      constructor(...options) {
        super(...options);
        window.sounds.push(this);
      }
    };
    const joining = setInterval(() => {
      const ready = document.querySelector("html[data-ready]");
      if (!ready) return;
      clearInterval(joining);
      ready.querySelector('[data-testid="join"]').click();
    }, 50);
  });
  const page = await open("/participant.html?user=bob&room=tab");
  // What Playwright evaluates counts as a gesture of the user, so the page is read another way.
  const devtools = await context.newCDPSession(page);
  const playing = async () => {
    const expression = "String(sounds.filter(({ srcObject }) => srcObject).map(({ paused }) => !paused))";
    return (await devtools.send("Runtime.evaluate", { expression })).result.value;
  };
  assert.ok(
    await until(async () => (await playing()) === "false"),
    "Alice's audio is there and does not play",
  );
  await alice.told({ members: ["alice", "bob"] });
  assert.equal(await playing(), "false", "still not");

  await page.mouse.click(1, 1);
  assert.ok(await until(async () => (await playing()) === "true"), "it plays");
  errors.length = 0;
});

test("who refuses camera and microphone is in the call without them", async (t) => {
  const { context, open, errors } = await begin(t);
  await context.addInitScript(refuse, "alice");
  const page = await open("/?room=e2e&users=alice,bob");
  const alice = await seated(page, "alice");
  const bob = await seated(page, "bob");

  await alice.join();
  await alice.toast("Please allow the camera");
  await alice.toast("Please allow the microphone");
  assert.equal(await alice.pressed("camera"), false);
  assert.equal(await alice.pressed("mic"), false);
  await bob.join();
  await everywhere([alice, bob], (person) =>
    person.told({ members: ["alice", "bob"], video: ["bob"], speakers: ["bob"] }),
  );
  await alice.sees("bob");
  await alice.hears();
  await bob.showsDevices("alice", { mic: "off", camera: "off" });

  // Still refused: the button says so and stays off.
  await alice.press("camera");
  await alice.toast("Please allow the camera");
  assert.equal(await alice.pressed("camera"), false);

  await alice.frame.evaluate(() => {
    window.refuse = false;
  });
  await alice.press("camera");
  await alice.press("mic");
  await everywhere([alice, bob], (person) =>
    person.told({ video: ["alice", "bob"], speakers: ["alice", "bob"] }),
  );
  await bob.sees("alice");
  await bob.hears();
  errors.length = 0;
});

test("a browser that is told to refuse, or has no camera, still joins", async (t) => {
  await t.test("refused by the browser", async (t) => {
    const { people, errors } = await gather(t, { users: ["alice"], permission: "denied" });
    await people[0].join();
    await people[0].toast("Please allow the camera");
    await people[0].told({ members: ["alice"], video: [], speakers: [] });
    errors.length = 0;
  });
  await t.test("no camera", async (t) => {
    const { people, errors } = await gather(t, { users: ["alice"], cameras: 0 });
    await people[0].join();
    await people[0].toast("No camera was found");
    await people[0].told({ members: ["alice"], video: [], speakers: ["alice"] });
    errors.length = 0;
  });
  await t.test("an insecure page", async (t) => {
    const { context, errors, open } = await begin(t);
    await context.addInitScript(() => {
      Object.defineProperty(navigator, "mediaDevices", { value: undefined });
    });
    const alice = await inTab(open, "alice");
    await alice.join();
    await alice.toast("needs a secure page");
    await alice.told({ members: ["alice"], video: [], speakers: [] });
    errors.length = 0;
  });
});

test("the same person elsewhere ends the earlier call, and the page says why", async (t) => {
  const { open } = await begin(t);
  const bob = await inTab(open, "bob");
  await bob.join();
  const first = await inTab(open, "alice");
  await first.join();
  const second = await inTab(open, "alice");
  await second.join();

  await first.inPhase("lobby");
  assert.match(await first.frame.innerText('[data-testid="lobby-text"]'), /somewhere else/);
  await first.holdsNothing();
  await bob.told({ members: ["bob", "alice"] });
  await bob.sees("alice");
  await second.sees("bob");
});

test("ids that cannot be used are refused in words, and the page can go on", async (t) => {
  const { errors, open } = await begin(t);
  const alice = await inTab(open, "alice", { room: "no such room!" });
  await alice.press("join");
  await until(async () => /cannot be used/.test(await alice.frame.innerText('[data-testid="lobby-text"]')));
  await alice.inPhase("lobby");
  assert.match(await alice.frame.innerText('[data-testid="lobby-text"]'), /cannot be used/);
  await alice.holdsNothing();
  errors.length = 0;
});

test("a wasm that cannot be loaded is said on the page", async (t) => {
  const { context, errors, open } = await begin(t);
  await context.route("**/tt_rtc_whole_wasm.js", (route) =>
    route.fulfill({ status: 404, body: "not found" }),
  );
  const page = await open("/participant.html?user=alice&room=e2e");
  const message = await page.waitForSelector('[data-testid="load-error"]');
  assert.match(await message.innerText(), /could not be loaded/);

  // Once it can be, trying again is enough.
  await context.unroute("**/tt_rtc_whole_wasm.js");
  await page.click("text=Try again");
  await page.waitForSelector("html[data-ready]", { state: "attached" });
  errors.length = 0;
});

test("the keyboard is enough, in a narrow window, too", async (t) => {
  const { people } = await gather(t, { view: { viewport: { width: 390, height: 844 } } });
  const [alice] = people;
  const focused = () => alice.frame.evaluate(() => document.activeElement.dataset.testid);
  await alice.frame.focus('[data-testid="mic"]');
  for (const next of ["camera", "speaker", "join"]) {
    await alice.frame.press(":focus", "Tab");
    assert.equal(await focused(), next);
  }
  await alice.frame.press(":focus", "Enter");
  await alice.inPhase("call");
  assert.ok(await until(async () => (await focused()) === "leave"), "who joined can leave at once");
  await alice.frame.focus('[data-testid="mic"]');
  await alice.frame.press(":focus", "Space");
  await alice.told({ speakers: [] });
  assert.equal(await alice.pressed("mic"), false);

  await alice.frame.focus('[data-testid="log-toggle"]');
  await alice.frame.press(":focus", "Enter");
  assert.match(await alice.frame.innerText('[data-testid="log"]'), /speakers\s+nobody/);
  await alice.frame.press(":focus", "Escape");
  assert.equal(await focused(), "log-toggle");
});
