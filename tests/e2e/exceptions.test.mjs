// What the browser refuses is said: in the console, by `install`, and by the tile it concerns.

import assert from "node:assert/strict";
import { test } from "node:test";

import { start } from "./harness.mjs";
import { until } from "./person.mjs";

const files = { "/blank.html": "<!doctype html><title>blank</title><body>" };

/** A page with the package as `window.tt`, and the warnings in its console. */
async function open(t, prepare, options) {
  const { context, errors, open } = await start(t, { files, ...options });
  if (prepare) await context.addInitScript(prepare);
  const page = await open("/blank.html");
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await page.evaluate(async () => {
    window.lib = await import("/pkg/index.js");
    await lib.default();
    /** A user in a room, as a context with promises. */
    window.enter = async (userId, options = {}) => {
      const context = lib.createWebRoomContext({ appId: "app" });
      const ask = (method, parameters) =>
        new Promise((success, fail) => context[method]({ ...parameters, success, fail }));
      await ask("joinRtcRoom", { roomId: "room", userId, token: "t", ...options });
      return Object.assign(context, { ask });
    };
  });
  return { page, warnings, errors };
}

const count = (warnings, operation) =>
  warnings.filter((text) => text.startsWith(`tt-rtc: ${operation} failed.`)).length;

test("install names the ICE server that the browser refuses, and why", async (t) => {
  const { page } = await open(t);
  const install = (iceServers) =>
    page.evaluate((iceServers) => {
      try {
        lib.install({ target: {}, iceServers });
        return "installed";
      } catch (error) {
        return `${error}`;
      }
    }, iceServers);
  const good = { urls: ["stun:stun.example.org", "turn:turn.example.org"], username: "u", credential: "c" };
  assert.equal(await install([good]), "installed");
  const refused = (number) =>
    new RegExp(
      `^TypeError: tt-rtc: install: the browser refuses options\\.iceServers\\[${number}\\]: \\w+Error: .`,
    );
  assert.match(await install([{ urls: "turn:turn.example.org" }]), refused(0));
  assert.match(await install([good, { urls: "https://example.org" }]), refused(1));
});

test("a connection that cannot be made is in the console once, and at the tile", async (t) => {
  const { page, warnings } = await open(t, () => {
    const Original = window.RTCPeerConnection;
    window.RTCPeerConnection = class extends Original {
      constructor(configuration) {
        if (configuration) throw new DOMException("WebRTC is off", "NotSupportedError");
        super();
      }
    };
  });
  const detail = await page.evaluate(async () => {
    const [element, other] = ["bob", "carol"].map((user) => {
      const element = document.createElement("rtc-room");
      element.setAttribute("user-id", user);
      element.setAttribute("mode", "video");
      return element;
    });
    const failed = new Promise((done) => element.addEventListener("error", (event) => done(event.detail)));
    other.addEventListener("error", () => console.error("the tile of somebody else"));
    document.body.append(element, other);
    await enter("alice");
    await enter("bob");
    return failed;
  });
  assert.deepEqual(detail, {
    errNo: 29012,
    errMsg: "the video cannot be received: RTCPeerConnection failed: NotSupportedError: WebRTC is off",
  });
  assert.equal(count(warnings, "RTCPeerConnection"), 1, warnings.join("\n"));
  assert.match(warnings.join("\n"), /blocks WebRTC\. .*NotSupportedError: WebRTC is off/s);
});

/** Makes operations of the browser fail the first time. */
function refuse(names) {
  for (const [owner, method] of names.map((name) => name.split("."))) {
    const { prototype } = window[owner];
    const original = prototype[method];
    prototype[method] = () => {
      prototype[method] = original;
      return Promise.reject(new DOMException(`no ${method}`, "OperationError"));
    };
  }
}

test("a description that the browser refuses is in the console", async (t) => {
  const { page, warnings } = await open(t);
  await page.evaluate(refuse, ["RTCPeerConnection.setRemoteDescription"]);
  await page.evaluate(async () => void (await enter("alice"), await enter("bob")));
  assert.ok(await until(() => count(warnings, "setRemoteDescription") === 1), warnings.join("\n"));
  assert.match(warnings.join("\n"), /no codec in common.*OperationError: no setRemoteDescription/s);
});

test("what is refused while a call goes on is in the console", async (t) => {
  const { page, warnings } = await open(t);
  const operations = [
    "RTCPeerConnection.addIceCandidate",
    "RTCRtpSender.replaceTrack",
    "RTCRtpSender.setParameters",
    "MediaStreamTrack.applyConstraints",
    "HTMLMediaElement.play",
  ];
  await page.evaluate(refuse, operations);
  await page.evaluate(async () => {
    await enter("alice");
    const bob = await enter("bob");
    await bob.ask("changeVideoCapture", { state: 1 });
    await bob.ask("changeAudioCapture", { state: 1 });
    await bob.ask("setVideoEncoderConfig", { maxSolution: { width: 320, height: 240 } });
  });
  for (const operation of operations.map((name) => name.split(".")[1])) {
    assert.ok(await until(() => count(warnings, operation) === 1), `${operation}: ${warnings.join("\n")}`);
  }
});

test("a device that fails is in the console with its exception", async (t) => {
  const { page, warnings } = await open(t, undefined, { permission: "denied" });
  const answers = await page.evaluate(async () => {
    const context = lib.createWebRoomContext({ appId: "app" });
    const answer = (method) =>
      new Promise((done) => context[method]({ state: 1, complete: ({ errNo }) => done(errNo) }));
    return [
      await answer("changeVideoCapture"),
      await answer("changeVideoCapture"),
      await answer("changeAudioCapture"),
    ];
  });
  assert.deepEqual(answers, [10200, 10200, 10200]);
  assert.equal(count(warnings, "getUserMedia (camera)"), 1, warnings.join("\n"));
  assert.equal(count(warnings, "getUserMedia (microphone)"), 1, warnings.join("\n"));
  assert.match(warnings[0], /allow="camera; microphone.*NotAllowedError/s);
});

test("a certificate is renewed before it expires", async (t) => {
  const { page } = await open(t, () => {
    const generate = RTCPeerConnection.generateCertificate.bind(RTCPeerConnection);
    window.certificates = [];
    RTCPeerConnection.generateCertificate = async (algorithm) => {
      const first = window.certificates.length === 0;
      const certificate = await generate(first ? { ...algorithm, expires: 3_600_000 } : algorithm);
      window.certificates.push(certificate);
      return certificate;
    };
  });
  const used = await page.evaluate(async () => {
    const alice = await enter("alice");
    await enter("bob");
    await enter("carol");
    while (lib.connections(alice).length < 2) await new Promise((done) => setTimeout(done, 20));
    const used = lib
      .connections(alice)
      .map(({ connection }) => connection.getConfiguration().certificates[0]);
    return used.map(({ expires }) => window.certificates.findIndex((made) => made.expires === expires));
  });
  assert.deepEqual(used, [1, 1]);
});

test("the collector is given garbage only after Chrome's own refusal", async (t) => {
  const { page } = await open(t, () => {
    window.garbage = 0;
    window.Uint8Array = new Proxy(Uint8Array, {
      construct(target, [first, ...rest], made) {
        if (first === 64 << 20) window.garbage += 1;
        return Reflect.construct(target, [first === 64 << 20 ? 1 : first, ...rest], made);
      },
    });
    const Original = window.RTCPeerConnection;
    window.refusals = 0;
    window.RTCPeerConnection = class extends Original {
      constructor(configuration) {
        if (window.refusals-- > 0)
          throw new DOMException("Cannot create so many PeerConnections", "UnknownError");
        super(configuration);
      }
    };
  });
  const garbage = (user, refusals) =>
    page.evaluate(
      async ([user, refusals]) => {
        Object.assign(window, { refusals, garbage: 0 });
        const context = await enter(user);
        while (lib.connections(context).length < 1) await new Promise((done) => setTimeout(done, 20));
        return window.garbage;
      },
      [user, refusals],
    );
  await page.evaluate(async () => void (await enter("alice")));
  assert.equal(await garbage("bob", 0), 0);
  assert.equal(await garbage("carol", 3), 3);
});
