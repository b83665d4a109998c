// What the tests do with a page that is easier said in JavaScript: watching what the browser is
// asked for, and looking at and listening to what it plays.

const sounds = [];
const connections = [];
const counts = { negotiations: 0 };
const sinks = [];

// A clone would keep its device running when the track is stopped.
MediaStreamTrack.prototype.clone = () => {
  throw new Error("a track was cloned");
};

/** Wraps what is to be counted. To be called before the library is used. */
export function watch() {
  const Sound = globalThis.Audio;
  globalThis.Audio = function Audio(...args) {
    const sound = new Sound(...args);
    sounds.push(sound);
    return sound;
  };
  // No machine that tests has these outputs. The later of two calls may be done before.
  Sound.prototype.setSinkId = async function (id) {
    await new Promise((done) => setTimeout(done, id === "" ? 0 : 50));
    sinks.push(id);
  };
  const Connection = globalThis.RTCPeerConnection;
  globalThis.RTCPeerConnection = class RTCPeerConnection extends Connection {
    constructor(...args) {
      super(...args);
      connections.push(this);
    }
  };
  for (const name of ["setLocalDescription", "setRemoteDescription"]) {
    const original = Connection.prototype[name];
    Connection.prototype[name] = function (...args) {
      counts.negotiations += 1;
      return original.apply(this, args);
    };
  }
}

/** How often a description was set. */
export const negotiations = () => counts.negotiations;

/** Counts from here on. */
export const resetNegotiations = () => (counts.negotiations = 0);

/** Connections that were not closed. */
export const openConnections = () =>
  connections.filter((connection) => connection.connectionState !== "closed").length;

/** The senders of all open connections that send a track of this kind. */
export const sending = (kind) =>
  connections
    .filter((connection) => connection.connectionState !== "closed")
    .flatMap((connection) => connection.getSenders())
    .filter((sender) => sender.track?.kind === kind).length;

/** Certificates in use: the fingerprints of all local descriptions. */
export const fingerprints = () =>
  new Set(
    connections.flatMap((connection) => connection.localDescription?.sdp.match(/^a=fingerprint:.*$/gm) ?? []),
  ).size;

/** Sound elements that play something. */
export const playing = () => sounds.filter((sound) => sound.srcObject && !sound.paused).length;

/** Pauses what plays, as a browser does by itself, until all elements have been told. */
export async function pauseAll() {
  const videos = [...document.querySelectorAll("rtc-room")].map(video);
  const elements = [...sounds, ...videos].filter((element) => !element.paused);
  const told = elements.map((element) => new Promise((done) => (element.onpause = done)));
  for (const element of elements) element.pause();
  await Promise.all(told);
}

/** Hides the page, or shows it. */
export function showPage(shown) {
  const value = shown ? "visible" : "hidden";
  Object.defineProperty(document, "visibilityState", { value, configurable: true });
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
}

/** Whether an element plays. */
export const isPlaying = (room) => !video(room).paused;

/** The locks of the library that this page holds or waits for. */
export async function locks() {
  const { held, pending } = await navigator.locks.query();
  return [...held, ...pending].filter(({ name }) => name.startsWith("tt-rtc/")).length;
}

/** The label of the output that an audio element was set to last, or "default". */
export const lastSink = () => sinks.at(-1)?.slice("id of ".length) || "default";

/** Waits until what plays is heard, and gives how loud it was; 0 if it stays silent. */
export async function loudness(milliseconds) {
  const context = new AudioContext();
  const meters = sounds
    .filter((sound) => sound.srcObject && !sound.paused)
    .map((sound) => {
      const meter = context.createAnalyser();
      context.createMediaStreamSource(sound.srcObject).connect(meter);
      return meter;
    });
  const samples = new Float32Array(2048);
  const until = performance.now() + milliseconds;
  const heard = meters.map(() => 0);
  while (performance.now() < until && !(heard.length && heard.every((peak) => peak > 0.01))) {
    for (const [index, meter] of meters.entries()) {
      meter.getFloatTimeDomainData(samples);
      heard[index] = Math.max(heard[index], ...samples.map(Math.abs));
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  await context.close();
  return heard.length ? Math.min(...heard) : 0;
}

/** An `<rtc-room>` on the page. */
export function room(mode, user, name = "user-id") {
  const element = document.createElement("rtc-room");
  element.setAttribute("mode", mode);
  element.setAttribute(name, user);
  // In view, however much the page of the tests has above it: what is not shown is not sent.
  element.style.cssText = "position: fixed; top: 0; left: 0";
  document.body.append(element);
  return element;
}

/** Removes every `<rtc-room>`. */
export function clearRooms() {
  for (const room of document.querySelectorAll("rtc-room")) room.remove();
}

const video = (room) => room.shadowRoot.querySelector("video");

/** Decoded frames. */
export const frames = (room) => video(room).getVideoPlaybackQuality().totalVideoFrames;

/** Whether there is a picture. */
export const isShown = (room) => video(room).srcObject !== null;

/** Whether the picture is mirrored. */
export const isMirrored = (room) => video(room).style.transform === "scaleX(-1)";

/** The picture, as text: another picture, another text. */
export function pixels(room) {
  const canvas = new OffscreenCanvas(32, 18);
  const context = canvas.getContext("2d");
  context.drawImage(video(room), 0, 0, 32, 18);
  return String(context.getImageData(0, 0, 32, 18).data);
}

/** The colour in the middle of the picture: "red", "green", "blue", or "" for none of them. */
export function colour(room) {
  const canvas = new OffscreenCanvas(1, 1);
  const context = canvas.getContext("2d");
  context.drawImage(video(room), 0, 0, 1, 1);
  const parts = [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  const strongest = parts.indexOf(Math.max(...parts));
  return Math.max(...parts) > 100 ? ["red", "green", "blue"][strongest] : "";
}

/**
 * A stand-in for `navigator.mediaDevices`: cameras of one colour each, a microphone that hums, a
 * screen.
 *
 * `sides` are those of its pictures, `refuse` is the name of the error to refuse with, or one for
 * each kind of device ("audio", "video"), `failing` the camera that does not start, `oneCamera`
 * whether there can be only one at a time, `permission` what the Permissions API says ("granted" as
 * if there were none, "unknown" for nothing), or one for each name ("camera", "microphone"),
 * `outputs` are labels. `asked` are the kinds that were asked for, `calls` counts those of
 * `getUserMedia`. While `prompt` is set nothing is answered. `end(kind)` ends the tracks of a device where
 * there is another one, `unplug(kind)` where there is none, and `plugIn()` brings all back;
 * `mute(kind, on)` is what the system does. `open` counts tracks that were not stopped.
 */
export function standIn() {
  const devices = new EventTarget();
  const context = new AudioContext();
  let tracks = [];
  let gone = [];
  const keep = (track) => {
    tracks.push(track);
    return track;
  };
  const check = async (kind) => {
    devices.asked.push(kind);
    while (devices.prompt) await new Promise((done) => setTimeout(done, 20));
    const refuse = devices.refuse;
    const refusal =
      (typeof refuse === "object" ? refuse[kind] : refuse) ??
      (gone.includes(kind) ? "NotFoundError" : undefined);
    if (refusal) throw new DOMException("no", refusal);
  };
  const running = (kind) => tracks.filter((track) => track.kind === kind && track.readyState === "live");
  const picture = (colour) => {
    const canvas = document.createElement("canvas");
    const [width, height] = devices.sides;
    Object.assign(canvas, { width, height });
    const pen = canvas.getContext("2d");
    let tick = 0;
    const draw = () => {
      pen.fillStyle = colour;
      pen.fillRect(0, 0, width, height);
      pen.fillStyle = "black";
      pen.fillRect((tick++ * 5) % width, 0, 10, 20);
      if (track.readyState === "live") setTimeout(draw, 50);
    };
    const [track] = canvas.captureStream(20).getVideoTracks();
    draw();
    return keep(track);
  };
  const hum = () => {
    const source = context.createOscillator();
    const target = context.createMediaStreamDestination();
    source.connect(target);
    source.start();
    return keep(target.stream.getAudioTracks()[0]);
  };
  Object.assign(devices, {
    sides: [320, 180],
    asked: [],
    calls: 0,
    refuse: undefined,
    permission: "granted",
    outputs: [],
    async getUserMedia({ audio, video }) {
      devices.calls += 1;
      if (audio) await check("audio");
      if (video) await check("video");
      const found = [];
      if (audio) found.push(hum());
      if (video) {
        const live = tracks.some((track) => track.kind === "video" && track.readyState === "live");
        // As on a phone: one camera at a time.
        if (live && devices.oneCamera) throw new DOMException("busy", "NotReadableError");
        const camera = video.deviceId?.exact ?? "first";
        if (devices.failing === camera) throw new DOMException("busy", "NotReadableError");
        found.push(picture(camera === "second" ? "#00f" : "#f00"));
      }
      return new MediaStream(found);
    },
    async getDisplayMedia(constraints) {
      await check("screen");
      devices.screen = constraints;
      return new MediaStream([picture("#0f0"), hum()]);
    },
    async enumerateDevices() {
      return [
        ...["first", "second"].map((deviceId) => ({ kind: "videoinput", deviceId, label: "" })),
        ...devices.outputs.map((label) => ({ kind: "audiooutput", deviceId: `id of ${label}`, label })),
      ];
    },
    permissions: {
      async query({ name }) {
        const { permission } = devices;
        const state = typeof permission === "object" ? permission[name] : permission;
        if (state === "unknown") throw new TypeError("no such permission");
        return { state };
      },
    },
    end(kind) {
      for (const track of running(kind)) {
        track.stop();
        track.dispatchEvent(new Event("ended"));
      }
      devices.dispatchEvent(new Event("devicechange"));
    },
    unplug(kind) {
      gone.push(kind);
      devices.end(kind);
    },
    mute(kind) {
      for (const track of running(kind)) track.dispatchEvent(new Event("mute"));
    },
    unmute(kind) {
      for (const track of running(kind)) track.dispatchEvent(new Event("unmute"));
    },
    plugIn() {
      gone = [];
      devices.dispatchEvent(new Event("devicechange"));
    },
    hints: () => running("video").map((track) => track.contentHint),
    open: () => tracks.filter((track) => track.readyState === "live").length,
  });
  return devices;
}

/** Collects what is written with `console[name]` while `act` runs and settles. */
export function overhear(name) {
  const original = console[name];
  const lines = [];
  console[name] = (...args) => lines.push(args.map(String).join(" "));
  return { lines, stop: () => (console[name] = original) };
}
