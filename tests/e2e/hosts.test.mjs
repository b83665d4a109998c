// Calls between machines that each have a network of their own, as users have them: over https and
// wss, with the key, the tokens and the TURN server that it takes.

import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "./harness.mjs";
import { startNetwork, unavailable } from "./network/hosts.mjs";
import { Person, observe, until } from "./person.mjs";
import { Phone, onDesk } from "./phone.mjs";

const TIMEOUT = 50_000;
/** How long a frame may be under way, in milliseconds. */
const IN_FLIGHT = 200;
const built = (name) => join(root, "target/debug", name);
const EXAMPLE = process.env.TT_RTC_EXAMPLE ?? built("tt-rtc-example");
const SIMULATOR = process.env.TT_RTC_SIM ?? built("tt-rtc-sim");
const SERVER = process.env.TT_RTC_SERVER ?? built("tt-rtc-server");
const TURN_SERVER = process.env.TT_RTC_TURNSERVER ?? "turnserver";

const pause = (time) => new Promise((done) => setTimeout(done, time));

const hosts = await unavailable();
const routers = await unavailable({ nat: true });

/** A page of a browser on `host`; what goes wrong there is added to `errors`. */
async function browse(host, errors, view) {
  const browser = await host.launch();
  const context = await browser.newContext({ ignoreHTTPSErrors: true, locale: "en-US", ...view });
  context.on("weberror", (event) => errors.push(String(event.error()?.stack ?? event.error())));
  await context.addInitScript(observe);
  return context.newPage();
}

/** Between which addresses the media of a page goes, their kinds, and over what a relay is reached. */
function way(frame) {
  return frame.evaluate(async () => {
    const stats = await window.seen.peers.at(-1).getStats();
    const { selectedCandidatePairId } = [...stats.values()].find(({ type }) => type === "transport");
    const pair = stats.get(selectedCandidatePairId);
    const end = ({ address, candidateType, relayProtocol }) => ({
      address,
      type: candidateType,
      over: relayProtocol,
    });
    return { local: end(stats.get(pair.localCandidateId)), remote: end(stats.get(pair.remoteCandidateId)) };
  });
}

async function areInACall([one, other]) {
  for (const person of [one, other]) await person.join();
  await seeAndHearEachOther([one, other]);
}

async function seeAndHearEachOther([one, other]) {
  for (const [person, user] of [
    [one, other.user],
    [other, one.user],
  ]) {
    await person.sees(user);
    await person.hears();
  }
}

test(
  "cargo xtask web --lan: two machines open the printed address and call each other",
  { skip: hosts, timeout: TIMEOUT },
  async (t) => {
    const errors = [];
    const network = await startNetwork(t);
    const home = await network.segment("192.168.1");
    const machine = await network.host();
    await machine.plug(home);
    const web = await machine.start(EXAMPLE, ["--lan"], { ready: /https:\S+participant\S+/ });
    const [url] = web.match;
    const enter = async () => {
      const host = await network.host();
      const { address } = await host.plug(home);
      const page = await browse(host, errors);
      await page.goto(url);
      const person = await new Person("", page.mainFrame()).ready();
      const [user] = (await page.title()).split(" · ");
      return Object.assign(person, { address, user });
    };
    const [ann, ben] = [await enter(), await enter()];
    await areInACall([ann, ben]);
    for (const [person, other] of [
      [ann, ben],
      [ben, ann],
    ]) {
      const { local, remote } = await way(person.frame);
      assert.deepEqual([local.address, remote.address], [person.address, other.address]);
    }
    assert.deepEqual(errors, []);
  },
);

test(
  "the simulator's --lan: a phone on another machine, invited by the key, calls a phone here",
  { skip: hosts, timeout: TIMEOUT },
  async (t) => {
    const errors = [];
    const network = await startNetwork(t);
    const home = await network.segment("192.168.1");
    const [machine, other] = [await network.host(), await network.host()];
    const here = await machine.plug(home);
    await other.plug(home);
    const args = ["examples/call", "--lan", "--no-open"];
    const { match, lines } = await machine.start(SIMULATOR, args, { ready: /^Simulator ready at (\S+)$/ });
    const invitation = lines.map((line) => line.trim()).find((line) => line.startsWith("https://"));
    assert.equal(new URL(invitation).hostname, here.address);

    const away = await browse(other, errors, { viewport: { width: 390, height: 844 } });
    const uninvited = await away.goto(new URL("/phone/?key=0", invitation).href);
    assert.equal(uninvited.status(), 403);
    for (const path of ["/", "/settings.json", "/app/manifest.json", "/proxy", "/rtc", "/relay?phone=x"]) {
      assert.equal(await away.evaluate(async (path) => (await fetch(path)).status, path), 403, path);
    }
    await away.goto(invitation);
    assert.ok(!away.url().includes("key"), away.url());
    await away.waitForFunction(() => window.phone);
    const status = (path) => away.evaluate(async (path) => (await fetch(path)).status, path);
    const sources = [
      "/app/file/app.js",
      "/app/file/pages/index/index.ttml",
      "/app/original/app.js?file=app.ts",
    ];
    for (const path of sources) assert.equal(await status(path), 403, path);
    for (const path of ["/token?app=a&room=r&user=u", "/index.html"])
      assert.equal(await status(path), 404, path);
    const guest = new Phone(await away.evaluate(() => window.phone.settings.user.id), away);

    const desk = await browse(machine, errors);
    await desk.goto(`${match[1]}?phones=1`);
    const alice = onDesk(desk, "alice");
    for (const phone of [alice, guest]) await phone.join();
    for (const [phone, page, user] of [
      [alice, desk, guest.user],
      [guest, away, "alice"],
    ]) {
      await phone.sees(user);
      await phone.mic(user, true);
      const frame = page.frames().find((frame) => frame.url().includes("/phone/"));
      await new Person(phone.user, frame).hears();
    }
    // The simulator's relays are between the two. A browser does not say the address of a candidate that it has
    // only seen packets of, and not been told yet.
    const remote = async () => (await way(away.mainFrame())).remote.address;
    await until(async () => (await remote()) === here.address);
    assert.equal(await remote(), here.address);
    assert.deepEqual(errors, []);
  },
);

const APP = "ttrtcexample000000000001";
const KEY = "north";
const ROOM = "hosts";

/**
 * A server on the internet with tokens, a certificate and a TURN server beside it, and the page of
 * the call.
 *
 * @returns `internet`, and `enter(host, user)`, which gives a token to somebody with a browser there
 */
async function publicServer(network, errors) {
  const internet = await network.segment("203.0.113");
  // What is nowhere here goes to a host that sends nothing on. (Without a way there, coturn gives a
  // relay up as soon as somebody tries an address of a home through it.)
  const nowhere = await network.host();
  internet.gateway = (await nowhere.plug(internet)).address;
  const host = await network.host();
  const { address } = await host.plug(internet);
  const file = (name) => join(network.folder, name);
  const [certificate, key] = [file("certificate.pem"), file("key.pem")];
  await host.run(
    "openssl",
    "req",
    "-x509",
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:P-256",
    "-nodes",
    "-subj",
    `/CN=${address}`,
    "-addext",
    `subjectAltName=IP:${address}`,
    "-keyout",
    key,
    "-out",
    certificate,
  );
  const secret = "south";
  const turn = [
    "-n",
    "--use-auth-secret",
    `--static-auth-secret=${secret}`,
    "--realm=tt-rtc",
    "--no-cli",
    "--no-tls",
    "--no-dtls",
    `--listening-ip=${address}`,
    `--relay-ip=${address}`,
    `--pidfile=${file("turnserver.pid")}`,
    "--log-file=stdout",
  ];
  await host.start(TURN_SERVER, turn, { ready: /Total General servers/ });
  const web = await host.start(EXAMPLE, ["--lan"], { ready: /(https:\S+)participant\S+/ });
  const page = web.match[1];
  const settings = {
    listen: `${address}:443`,
    "tls-certificate": certificate,
    "tls-key": key,
    apps: `${APP}=${KEY}`,
    origins: new URL(page).origin,
    "ice-stun": `stun:${address}`,
    "ice-turn": `turn:${address}?transport=udp,turn:${address}?transport=tcp`,
    "ice-turn-secret": secret,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const server = await host.start(SERVER, ["serve", ...flags], { ready: /Listening at (\S+)/ });
  const signaling = server.match[1];

  const enter = async (host, user) => {
    const token = await host.run(
      SERVER,
      "token",
      "--app",
      APP,
      "--key",
      KEY,
      "--room",
      `call_${ROOM}`,
      "--user",
      user,
    );
    const query = new URLSearchParams({ user, room: ROOM, signaling, token: token.trim() });
    const browsing = await browse(host, errors);
    await browsing.goto(`${page}participant.html?${query}`);
    return new Person(user, browsing.mainFrame()).ready();
  };
  return { internet, enter };
}

for (const { how, kinds, what } of [
  { how: { nat: "masquerade" }, kinds: ["srflx", "prflx"], what: "find the way between them" },
  {
    how: { nat: "masquerade fully-random" },
    kinds: ["relay"],
    what: "are relayed, where the NATs let nothing else through",
  },
  {
    how: { nat: "masquerade", udp: false },
    kinds: ["relay"],
    what: "are relayed over TCP, where nothing else is let through",
  },
]) {
  test(
    `two machines behind NATs, with tokens of a public server, ${what}`,
    { skip: routers, timeout: TIMEOUT },
    async (t) => {
      const errors = [];
      const network = await startNetwork(t);
      const { internet, enter } = await publicServer(network, errors);
      const people = [];
      for (const user of ["ann", "ben"]) {
        // The same addresses in both homes, as homes have them.
        const home = await network.home("192.168.1", internet, how);
        const host = await network.host();
        await host.plug(home);
        people.push(await enter(host, user));
      }
      await areInACall(people);
      for (const { user, frame } of people) {
        const { local, remote } = await way(frame);
        t.diagnostic(`${user}: ${local.type} ${local.address} to ${remote.type} ${remote.address}`);
        const found = [local.type, remote.type];
        assert.ok(
          found.some((type) => kinds.includes(type)),
          `${user}: ${found}`,
        );
        if (how.udp === false) assert.deepEqual([local.type, local.over], ["relay", "tcp"], user);
      }
      assert.deepEqual(errors, []);
    },
  );
}

for (const { what, change } of [
  {
    what: "loses its network and finds another",
    async change(leave, enter) {
      await leave();
      await pause(1_000);
      await enter();
    },
  },
  {
    what: "leaves one network for another that it is in already",
    async change(leave, enter) {
      await enter();
      await pause(1_000);
      await leave();
    },
  },
]) {
  test(`a call goes on when a machine ${what}`, { skip: routers, timeout: TIMEOUT }, async (t) => {
    const errors = [];
    const network = await startNetwork(t);
    const { internet, enter } = await publicServer(network, errors);
    const [wifi, mobile, home] = await Promise.all(
      ["192.168.1", "10.64.0", "192.168.1"].map((prefix) =>
        network.home(prefix, internet, { nat: "masquerade" }),
      ),
    );
    const [phone, laptop] = [await network.host(), await network.host()];
    const { device } = await phone.plug(wifi);
    await laptop.plug(home);
    const people = [await enter(phone, "ann"), await enter(laptop, "ben")];
    const [ann, ben] = people;
    await areInACall(people);
    const before = await way(ben.frame);
    await watchFrames(ann, "ben");
    await watchFrames(ben, "ann");

    const from = Date.now();
    await change(
      () => phone.unplug(device),
      () => phone.plug(mobile),
    );
    const to = Date.now();
    for (const person of people) {
      const { first, gap } = await framesSince(person, from, to);
      const peers = await person.frame.evaluate(() => window.seen.peers.length);
      t.diagnostic(
        `${person.user}: a picture ${first} ms after the change, ${gap} ms at most without one, ` +
          `${peers === 1 ? "ICE was restarted" : "a new connection was made"}`,
      );
    }
    await seeAndHearEachOther(people);
    assert.notEqual((await way(ben.frame)).remote.address, before.remote.address);
    for (const person of people) await person.told({ members: ["ann", "ben"] });
    assert.deepEqual(errors, []);
  });
}

/** Writes down, in the page, when frames of `user` are shown, by the clock that all processes share. */
function watchFrames(person, user) {
  return person.frame.evaluate((selector) => {
    const video = document.querySelector(`${selector} rtc-room`).shadowRoot.querySelector("video");
    window.frameTimes = [];
    const shown = () => {
      window.frameTimes.push(performance.timeOrigin + performance.now());
      video.requestVideoFrameCallback(shown);
    };
    video.requestVideoFrameCallback(shown);
  }, person.tile(user));
}

/**
 * How long after `to` a frame came that was sent after it, and the longest time without one since
 * `from`, in milliseconds.
 */
async function framesSince(person, from, to) {
  const frames = () => person.frame.evaluate((from) => window.frameTimes.filter((at) => at > from), from);
  const after = async () => (await frames()).find((at) => at > to + IN_FLIGHT);
  assert.ok(await until(after), `${person.user} sees no more frames`);
  const times = [from, ...(await frames())];
  const gaps = times.slice(1).map((at, index) => at - times[index]);
  return { first: Math.round((await after()) - to), gap: Math.round(Math.max(...gaps)) };
}
