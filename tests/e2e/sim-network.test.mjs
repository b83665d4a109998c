// The network of phones: two pages' peer connections through the relays of the development server,
// and what its faults do to them.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { build } from "esbuild";

import { emptyFolder, root, start } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

/** `www/phone/network.ts` as a script that makes `network` of it. */
const bundled = await build({
  entryPoints: [`${root}www/phone/network.ts`],
  bundle: true,
  write: false,
  format: "iife",
  globalName: "network",
  target: "es2022",
});
const script = bundled.outputFiles[0].text;

/** Two frames on a page of the simulator, each a phone as far as its network goes. */
async function phones(t, options) {
  const folder = await emptyFolder();
  await writeFile(join(folder, "app.json"), JSON.stringify({ pages: [] }));
  // The browser ends first: pages keep a socket to the simulator.
  const { context } = await start(t, options);
  const simulator = await simulate(t, folder);
  const page = await context.newPage();
  await page.goto(`${simulator.phoneUrl}settings.json`);
  await page.evaluate(async (script) => {
    // Phones have the server's secret in their page; these are none.
    const phone = new DOMParser().parseFromString(await (await fetch("/phone/")).text(), "text/html");
    const secret = phone.querySelector('meta[name="tt-sim-secret"]');
    const frames = await Promise.all(
      [1, 2].map(async () => {
        const frame = document.createElement("iframe");
        frame.src = "/settings.json";
        document.body.append(frame);
        await new Promise((done) => (frame.onload = done));
        const { contentWindow: window, contentDocument } = frame;
        contentDocument.head.append(contentDocument.importNode(secret));
        const element = contentDocument.createElement("script");
        element.textContent = `${script}; window.network = network;`;
        contentDocument.head.append(element);
        const listeners = new Set();
        const phone = {
          settings: { network: { type: "wifi", signaling: true, media: true, delay: 0, loss: 0 } },
          on: (_event, listener) => listeners.add(listener),
        };
        window.change = (network) => {
          Object.assign(phone.settings.network, network);
          for (const listener of listeners) listener({ network });
        };
        window.installed = window.network.installNetwork(phone);
        return window;
      }),
    );
    window.phones = frames;
  }, script);
  return page;
}

/** Connects the two phones by a channel that neither repeats nor orders, like media. */
async function connect(page) {
  await page.evaluate(async () => {
    const [a, b] = window.phones.map((phone) => new phone.RTCPeerConnection());
    window.connections = [a, b];
    window.candidates = [];
    for (const [from, to] of [
      [a, b],
      [b, a],
    ]) {
      from.onicecandidate = ({ candidate }) => {
        if (candidate) window.candidates.push(candidate.candidate);
        to.addIceCandidate(candidate?.toJSON());
      };
    }
    const channel = a.createDataChannel("media", { ordered: false, maxRetransmits: 0 });
    const echo = new Promise((done) => {
      b.ondatachannel = ({ channel }) => {
        channel.onmessage = ({ data }) => channel.send(data);
        done();
      };
    });
    await a.setLocalDescription();
    await b.setRemoteDescription(a.localDescription);
    await b.setLocalDescription();
    await a.setRemoteDescription(b.localDescription);
    await new Promise((done) => (channel.onopen = done));
    await echo;
    window.answers = new Map();
    channel.onmessage = ({ data }) => window.answers.get(data)?.();
    /** Sends one packet there and back; says how long that took, or null if it is lost. */
    window.ping = async (patience = 1000) => {
      const id = String(Math.random());
      const start = performance.now();
      const back = new Promise((done) => window.answers.set(id, () => done(performance.now() - start)));
      channel.send(id);
      const lost = new Promise((done) => setTimeout(() => done(null), patience));
      return Promise.race([back, lost]);
    };
  });
}

/** Changes the network of phone 0 or 1, and waits until the server knows. */
async function change(page, phone, network) {
  await page.evaluate(
    async ([index, network]) => {
      const phone = window.phones[index];
      phone.change(network);
      // The server reads one message of a phone after the other; this answer comes after the change.
      await phone.installed.relayed("candidate:0 1 udp 1 127.0.0.1 9 typ host");
    },
    [phone, network],
  );
}

/** Where phone 0 sends. */
function remotePort(page) {
  return page.evaluate(async () => {
    const stats = [...(await window.connections[0].getStats()).values()];
    const pair = stats.find((it) => it.type === "candidate-pair" && it.nominated);
    return stats.find((it) => it.id === pair.remoteCandidateId).port;
  });
}

for (const hidden of [false, true]) {
  const what = hidden ? "hidden behind names of multicast DNS" : "plain";
  test(`two phones reach each other through relays alone, addresses ${what}`, async (t) => {
    // The last switch of its kind wins, so this one undoes the harness's.
    const args = hidden ? ["--disable-features=None", "--enable-features=WebRtcHideLocalIpsWithMdns"] : [];
    const page = await phones(t, { args, permission: hidden ? "denied" : "granted" });
    await connect(page);
    assert.notEqual(await page.evaluate(() => window.ping()), null);
    const candidates = await page.evaluate(() => window.candidates);
    assert.equal(
      candidates.some((it) => it.includes(".local")),
      hidden,
      candidates.join("\n"),
    );
    // No socket of the one is known to the other: only relays are.
    const ports = new Set(candidates.map((it) => Number(it.split(" ")[5])));
    const remote = await remotePort(page);
    assert.ok(!ports.has(remote), `${remote} is one of ${[...ports]}`);
  });
}

test("a phone whose media is cut hears nothing, whichever of the two it is", async (t) => {
  const page = await phones(t);
  await connect(page);
  for (const phone of [0, 1]) {
    await change(page, phone, { media: false });
    assert.equal(await page.evaluate(() => window.ping()), null);
    await change(page, phone, { media: true });
    // Whatever ICE made of the silence, it is over when the way is back.
    await page.waitForFunction(async () => (await window.ping(200)) !== null);
  }
});

test("the delay of either phone is added to each way", async (t) => {
  const page = await phones(t);
  await connect(page);
  await change(page, 0, { delay: 60 });
  assert.ok((await page.evaluate(() => window.ping(5000))) >= 120);
  await change(page, 1, { delay: 40 });
  assert.ok((await page.evaluate(() => window.ping(5000))) >= 200);
});

test("packets are lost as often as the desk says", async (t) => {
  const page = await phones(t);
  await connect(page);
  await change(page, 1, { loss: 1 });
  assert.equal(await page.evaluate(() => window.ping()), null);
  await change(page, 1, { loss: 0 });
  await page.waitForFunction(async () => (await window.ping(200)) !== null);
});

test("without a network a phone's page knows that it is offline", async (t) => {
  const page = await phones(t);
  const heard = await page.evaluate(() => {
    const [phone] = window.phones;
    const heard = [];
    for (const event of ["offline", "online"]) {
      phone.addEventListener(event, () => heard.push([event, phone.navigator.onLine]));
    }
    phone.change({ type: "none" });
    phone.change({ type: "4g" });
    return heard;
  });
  assert.deepEqual(heard, [
    ["offline", false],
    ["online", true],
  ]);
});
