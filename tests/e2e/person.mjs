// One person in a call on examples/web, as a test sees them: what they press, what the library
// told their page, and what really arrives there, as pictures and as sound.

import assert from "node:assert/strict";

/** Long enough for everything: 12 seconds until a lost member is given up, and a slow machine. */
const TIMEOUT = 30_000;

/**
 * Lets tests look behind the page: every RTCPeerConnection and every captured track of a frame,
 * and how often an SDP was set. For `context.addInitScript`.
 */
export function observe() {
  const seen = (window.seen = { peers: [], tracks: [], descriptions: 0 });

  window.RTCPeerConnection = class extends window.RTCPeerConnection {
    constructor(...options) {
      super(...options);
      seen.peers.push(this);
    }
    setLocalDescription(...options) {
      seen.descriptions += 1;
      return super.setLocalDescription(...options);
    }
  };

  const devices = navigator.mediaDevices;
  for (const method of ["getUserMedia", "getDisplayMedia"]) {
    const original = devices?.[method];
    if (!original) continue;
    devices[method] = async (...options) => {
      const stream = await original.apply(devices, options);
      seen.tracks.push(...stream.getTracks());
      return stream;
    };
  }
}

/** What the four list events are called in tests. */
const LISTS = {
  members: "RtcChatMembersChanged",
  video: "RtcVideoMembersChanged",
  speakers: "RtcChatSpeakersChanged",
  screens: "RtcPublishScreenMembersChanged",
};

/** The person in seat `user` of a page that shows several. */
export async function seated(page, user) {
  const frame = await (await page.waitForSelector(`.seat[data-user="${user}"] iframe`)).contentFrame();
  return new Person(user, frame).ready();
}

/** A person in a tab of their own. */
export async function inTab(open, user, { room = "tab", ...parameters } = {}) {
  const page = await open(`/participant.html?${new URLSearchParams({ user, room, ...parameters })}`);
  const person = await new Person(user, page.mainFrame()).ready();
  return Object.assign(person, { page });
}

export class Person {
  constructor(user, frame) {
    this.user = user;
    this.frame = frame;
  }

  /** Waits for the page, and from then on writes down the lists it is told. */
  async ready() {
    await this.frame.waitForSelector("html[data-ready]", { state: "attached", timeout: TIMEOUT });
    await this.frame.evaluate((lists) => {
      window.lists = {};
      for (const [name, event] of Object.entries(lists)) {
        app.RtcClient[`on${event}`](({ userIdList, errCode, errMsg }) => {
          window.lists[name] = userIdList;
          if (errCode !== 0 || errMsg !== "ok") console.error(event, errCode, errMsg);
        });
      }
    }, LISTS);
    return this;
  }

  // ---- what a person does ----

  press(control) {
    return this.frame.click(`[data-testid="${control}"]`, { timeout: TIMEOUT });
  }

  async join() {
    await this.press("join");
    await this.inPhase("call");
  }

  async leave() {
    await this.press("leave");
    await this.inPhase("lobby");
    await this.frame.evaluate(() => {
      window.lists = {};
    });
  }

  inPhase(phase) {
    return this.frame.waitForSelector(`.room[data-phase="${phase}"]`, { timeout: TIMEOUT });
  }

  /** Whether a control shows itself as on. */
  async pressed(control) {
    return (await this.frame.getAttribute(`[data-testid="${control}"]`, "aria-pressed")) === "true";
  }

  /** Waits for a toast with `text` in it. */
  async toast(text) {
    const toast = this.frame.locator('[data-testid="toast"]', { hasText: text });
    await toast.first().waitFor({ timeout: TIMEOUT });
    return toast.first().innerText();
  }

  // ---- what the page was told ----

  /** Waits until the lists named in `expected` are exactly so; those never told of are empty. */
  async told(expected) {
    const told = () =>
      this.frame.evaluate((names) => {
        return Object.fromEntries(names.map((name) => [name, window.lists[name] ?? []]));
      }, Object.keys(expected));
    const wanted = JSON.stringify(expected);
    await until(async () => JSON.stringify(await told()) === wanted);
    assert.deepEqual(await told(), expected, `what ${this.user} was told`);
  }

  // ---- what the page shows ----

  tile(user, mode) {
    return `.tile[data-user="${user}"][data-mode="${mode ?? (user === this.user ? "camera" : "video")}"]`;
  }

  /** Waits for the tiles to be exactly these, as `user mode` in their order. */
  async shows(...tiles) {
    const shown = () =>
      this.frame.$$eval(".tile", (all) => all.map((tile) => `${tile.dataset.user} ${tile.dataset.mode}`));
    await until(async () => String(await shown()) === String(tiles));
    assert.deepEqual(await shown(), tiles, `the tiles of ${this.user}`);
  }

  /** Waits for a tile to show somebody's microphone and camera as on or off. */
  async showsDevices(user, { mic, camera }) {
    let selector = this.tile(user);
    if (mic) selector += `[data-mic="${mic}"]`;
    if (camera) selector += `[data-camera="${camera}"]`;
    await this.frame.waitForSelector(selector, { timeout: TIMEOUT });
  }

  // ---- what really arrives ----

  /** Waits until the picture of a tile moves: frames are decoded, and their pixels change. */
  async sees(user, { mode } = {}) {
    const look = async () => {
      const before = await this.picture(user, mode);
      if (!before || before.blank) return false;
      return until(async () => {
        const now = await this.picture(user, mode);
        return now && now.frames > before.frames && now.pixels !== before.pixels;
      }, 3000);
    };
    assert.ok(await until(look), `${this.user} sees no moving picture of ${user} (${mode ?? "camera"})`);
  }

  /** Whether the picture in a tile is shown as in a mirror. */
  mirrored(user) {
    return this.frame.evaluate((selector) => {
      const room = document.querySelector(`${selector} rtc-room`);
      const video = room.querySelector("video") ?? room.shadowRoot?.querySelector("video");
      return [video, room].some((element) => new DOMMatrix(getComputedStyle(element).transform).a < 0);
    }, this.tile(user));
  }

  /** Waits until the tile of `user` shows no picture. */
  async seesNot(user) {
    const video = `${this.tile(user)} rtc-room`;
    await this.frame.waitForSelector(video, { state: "hidden", timeout: TIMEOUT });
  }

  /** The picture in a tile: how many frames were shown, and what it looks like just now. */
  picture(user, mode) {
    return this.frame.evaluate(
      (selector) => {
        const room = document.querySelector(`${selector} rtc-room`);
        const video = room?.querySelector("video") ?? room?.shadowRoot?.querySelector("video");
        if (!video || video.videoWidth === 0) return null;
        const canvas = document.createElement("canvas");
        canvas.width = 96;
        canvas.height = 54;
        const context = canvas.getContext("2d", { willReadFrequently: true });
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        let blank = true;
        let pixels = 7;
        for (let index = 0; index < data.length; index += 4) {
          if (data[index] + data[index + 1] + data[index + 2] > 24) blank = false;
          for (let part = 0; part < 3; part++) pixels = (pixels * 31 + data[index + part]) >>> 0;
        }
        const { totalVideoFrames } = video.getVideoPlaybackQuality();
        return {
          frames: totalVideoFrames,
          blank,
          pixels,
          width: video.videoWidth,
          height: video.videoHeight,
        };
      },
      this.tile(user, mode),
    );
  }

  /** Waits until what is heard grows: the sound of `others` people, who beep once a second. */
  async hears(others = 1) {
    const before = await this.sound();
    const louder = async () => {
      const now = await this.sound();
      return [...now].filter(([id, energy]) => energy - (before.get(id) ?? 0) > 1e-6).length >= others;
    };
    assert.ok(await until(louder), `${this.user} hears fewer than ${others}`);
  }

  /** Waits until nothing has been heard for more than two beeps. */
  async hearsNothing() {
    const quiet = async () => {
      const before = sum(await this.sound());
      return !(await until(async () => sum(await this.sound()) - before > 1e-7, 2500));
    };
    assert.ok(await until(quiet), `${this.user} still hears something`);
  }

  /** Sound energy played so far, by peer connection and stream. */
  async sound() {
    const entries = await this.frame.evaluate(async () => {
      const energies = [];
      for (const [index, peer] of window.seen.peers.entries()) {
        if (peer.connectionState === "closed") continue;
        for (const report of (await peer.getStats()).values()) {
          if (report.type !== "inbound-rtp" || report.kind !== "audio") continue;
          energies.push([`${index} ${report.ssrc}`, report.totalAudioEnergy ?? 0]);
        }
      }
      return energies;
    });
    return new Map(entries);
  }

  // ---- what stands behind it ----

  /** How often an SDP was set in this frame. */
  negotiations() {
    return this.frame.evaluate(() => window.seen.descriptions);
  }

  /** The device that a video track was last taken from. */
  cameraInUse() {
    return this.frame.evaluate(() => {
      const live = window.seen.tracks.filter(
        (track) => track.kind === "video" && track.readyState === "live",
      );
      return live.at(-1)?.getSettings().deviceId;
    });
  }

  /** Waits until no peer connection and no captured track is left. */
  async holdsNothing() {
    const left = () =>
      this.frame.evaluate(() => ({
        peers: window.seen.peers.filter((peer) => peer.connectionState !== "closed").length,
        tracks: window.seen.tracks.filter((track) => track.readyState !== "ended").length,
      }));
    const nothing = { peers: 0, tracks: 0 };
    await until(async () => JSON.stringify(await left()) === JSON.stringify(nothing));
    assert.deepEqual(await left(), nothing, `what ${this.user} still holds`);
  }
}

const sum = (energies) => [...energies.values()].reduce((all, one) => all + one, 0);

/** Asks until `condition` holds; says whether it did within `time` milliseconds. */
export async function until(condition, time = TIMEOUT) {
  const end = Date.now() + time;
  for (;;) {
    if (await condition()) return true;
    if (Date.now() > end) return false;
    await new Promise((done) => setTimeout(done, 40));
  }
}
