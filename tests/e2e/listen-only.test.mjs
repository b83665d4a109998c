// What a member may not publish is not decoded by the others, whatever its client sends.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { test } from "node:test";

import { root, start } from "./harness.mjs";
import { startServer } from "./network/server.mjs";
import { until } from "./person.mjs";

const APP = "123456781234567812345678";
const KEY = "a key that only the app's server and the tests know";
const SERVER = process.env.TT_RTC_SERVER ?? `${root}target/debug/tt-rtc-server`;

const files = { "/blank.html": "<!doctype html><title>blank</title><body>" };

const token = (user, ...flags) =>
  execFileSync(SERVER, ["token", "--app", APP, "--key", KEY, "--room", "room", "--user", user, ...flags], {
    encoding: "utf8",
  }).trim();

/**
 * Makes the client of a page a hostile one: its browser believes that the other side wants to receive
 * on all m-lines, and more m-lines are offered than there are sources. The other side gets answers
 * that its browser accepts.
 */
function hostile() {
  const receiving = (sdp) => sdp.replaceAll(/^a=(sendonly|recvonly|inactive)/gm, "a=sendrecv");
  const lines = (sdp) => sdp.split(/^(?=m=)/m);
  const allowed = { sendrecv: "sendrecv", sendonly: "recvonly", recvonly: "sendonly", inactive: "inactive" };
  const direction = (line) => /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(line)?.[1];
  window.seen = { peers: [] };
  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...options) {
      super(...options);
      seen.peers.push(this);
    }
    setRemoteDescription({ type, sdp }) {
      this.offer = type === "offer" ? sdp : undefined;
      return super.setRemoteDescription({ type, sdp: receiving(sdp) });
    }
    async setLocalDescription() {
      if (this.signalingState === "stable" && window.surplus) {
        while (this.getTransceivers().length < 6) {
          this.addTransceiver(this.getTransceivers().length % 2 ? "audio" : "video");
        }
      }
      await super.setLocalDescription();
    }
    get localDescription() {
      const { type, sdp } = super.localDescription;
      if (type !== "answer") return { type, sdp };
      const offered = lines(this.offer);
      const answered = lines(sdp).map((line, at) =>
        line.replace(/^a=sendrecv/m, `a=${allowed[direction(offered[at])]}`),
      );
      return { type, sdp: answered.join("") };
    }
  };
}

/** A server that checks tokens, and `enter(user, token, prepare)`: a page in the room, after it ran `prepare`. */
async function begin(t) {
  const { url, context } = await start(t, { files });
  const server = await startServer({ settings: ["--apps", `${APP}=${KEY}`] });
  t.after(() => server.kill());
  return async (user, token, prepare) => {
    const page = await context.newPage();
    if (prepare) await page.addInitScript(prepare);
    await page.goto(`${url}/blank.html`);
    const options = { user, token, app: APP, signaling: server.url };
    await page.evaluate(async ({ user, token, app, signaling }) => {
      window.surplus = user === "mallory";
      const lib = await import("/pkg/index.js");
      await lib.default();
      const context = lib.createWebRoomContext({ appId: app, signaling });
      window.lib = lib;
      window.context = context;
      window.ask = (method, parameters) =>
        new Promise((success, fail) => context[method]({ ...parameters, success, fail }));
      await ask("changeAudioCapture", { state: 1 });
      await ask("changeVideoCapture", { state: 1 });
      await ask("joinRtcRoom", { roomId: "room", userId: user, token });
    }, options);
    return page;
  };
}

/** The counters of the RTP streams of a page in one direction, by kind of media. */
const streams = (page, type) =>
  page.evaluate(async (type) => {
    const sums = { packets: 0, frames: 0, samples: 0, energy: 0 };
    for (const { connection } of lib.connections(context)) {
      for (const entry of (await connection.getStats()).values()) {
        if (entry.type !== type) continue;
        sums.packets += entry.packetsReceived ?? entry.packetsSent ?? 0;
        sums.frames += entry.framesDecoded ?? entry.framesEncoded ?? 0;
        sums.samples += entry.totalSamplesReceived ?? 0;
        sums.energy += entry.totalAudioEnergy ?? 0;
      }
    }
    return sums;
  }, type);

const received = (page) => streams(page, "inbound-rtp");

/** Sends a camera and a microphone on each transceiver, whatever the library does. */
const sendAnyway = (page) =>
  page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    for (const peer of seen.peers) {
      for (const { sender, receiver } of peer.getTransceivers()) {
        const track = stream.getTracks().find(({ kind }) => kind === receiver.track.kind);
        await sender.replaceTrack(track.clone());
      }
    }
  });

const sees = async (page, what) =>
  assert.ok(
    await until(async () => (await received(page)).frames > 10),
    `${what}: ${JSON.stringify(await received(page))}`,
  );

for (const [order, what] of [
  [["bob", "mallory"], "answers the offer"],
  [["mallory", "bob"], "makes the offer, with more m-lines than there are sources"],
]) {
  test(`nothing is decoded of a listener that sends anyway and ${what}, until its token allows it`, async (t) => {
    const enter = await begin(t);
    const pages = {};
    for (const user of order) {
      const flags = user === "mallory" ? ["--listen-only"] : [];
      pages[user] = await enter(user, token(user, ...flags), user === "mallory" ? hostile : undefined);
    }
    const { bob, mallory } = pages;
    await sees(mallory, "the listener receives");
    await sendAnyway(mallory);
    const sent = () => streams(mallory, "outbound-rtp");
    assert.ok(
      await until(async () => (await sent()).packets > 200 && (await sent()).frames > 20),
      "it does send",
    );
    await new Promise((done) => setTimeout(done, 2_000));
    const { frames, samples } = await received(bob);
    assert.deepEqual({ frames, samples }, { frames: 0, samples: 0 });

    await mallory.evaluate((token) => ask("updateToken", { token }), token("mallory"));
    await sees(bob, "the new token makes it seen");
    assert.ok(await until(async () => (await received(bob)).energy > 0), "and heard");
  });
}
