// What the other end-to-end tests take for granted: the server, the browser, its fake devices.

import assert from "node:assert/strict";
import { test } from "node:test";

import { launch, serve, start } from "./harness.mjs";

const BLANK = { "/blank.html": "<!doctype html><title>blank</title>" };

test("the server knows the types that browsers insist on", async (t) => {
  const server = await serve({ files: BLANK });
  t.after(() => server.close());
  const types = {
    "/blank.html": "text/html",
    "/pkg/index.js": "text/javascript",
    "/pkg/tt_rtc_bg.wasm": "application/wasm",
  };
  for (const [path, type] of Object.entries(types)) {
    const response = await fetch(server.url + path);
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("content-type"), new RegExp(`^${type}`), path);
  }
});

test("the server gives nothing from outside its folders", async (t) => {
  const server = await serve();
  t.after(() => server.close());
  for (const path of [
    "/pkg/..%2fCargo.toml",
    "/..%2f..%2fCargo.toml",
    "/pkg/%2e%2e/Cargo.toml",
    "/%ff",
    "/none",
  ]) {
    assert.equal((await fetch(server.url + path)).status, 404, path);
  }
});

test("there are two cameras with a moving picture and a microphone that is heard", async (t) => {
  const { open } = await start(t, { files: BLANK });
  const page = await open("/blank.html");
  const seen = await page.evaluate(async () => {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: true });
    const devices = await navigator.mediaDevices.enumerateDevices();
    const video = document.body.appendChild(document.createElement("video"));
    video.srcObject = stream;
    await video.play();
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const pictures = new Set();
    const audio = new AudioContext();
    const analyser = audio.createAnalyser();
    audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let loudest = 0;
    const end = performance.now() + 2000;
    while (performance.now() < end) {
      await new Promise((done) => setTimeout(done, 20));
      canvas.drawImage(video, 0, 0, 300, 150);
      pictures.add(canvas.getImageData(0, 0, 300, 150).data.join());
      analyser.getFloatTimeDomainData(samples);
      loudest = Math.max(loudest, ...samples);
    }
    const cameras = devices.filter((device) => device.kind === "videoinput").length;
    return { cameras, pictures: pictures.size, loudest };
  });
  assert.equal(seen.cameras, 2);
  assert.ok(seen.pictures > 5, `${seen.pictures} pictures`);
  assert.ok(seen.loudest > 0.01, `loudest sample ${seen.loudest}`);
});

test("a screen can be captured", async (t) => {
  const { open } = await start(t, { files: { "/blank.html": "<button onclick='share()'>share</button>" } });
  const page = await open("/blank.html");
  await page.evaluate(() => {
    window.share = () => (window.shared = navigator.mediaDevices.getDisplayMedia({ video: true }));
  });
  await page.click("button");
  assert.equal(await page.evaluate(async () => (await window.shared).getVideoTracks().length), 1);
});

test("a user can refuse", async (t) => {
  const { open } = await start(t, { files: BLANK, permission: "denied" });
  const page = await open("/blank.html");
  const answer = await page.evaluate(() =>
    navigator.mediaDevices.getUserMedia({ video: true }).then(
      () => "granted",
      (error) => error.name,
    ),
  );
  assert.equal(answer, "NotAllowedError");
});

test("a browser may have one camera, or none", async (t) => {
  for (const cameras of [0, 1]) {
    const server = await serve({ files: BLANK });
    t.after(() => server.close());
    const browser = await launch({ cameras });
    t.after(() => browser.close());
    const page = await browser.newPage();
    await page.goto(`${server.url}/blank.html`);
    const found = await page.evaluate(async () => {
      const devices = await navigator.mediaDevices.enumerateDevices();
      return devices.filter((device) => device.kind === "videoinput").length;
    });
    assert.equal(found, cameras);
  }
});
