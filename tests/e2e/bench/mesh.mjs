// A room of tabs on one machine: when all remote tiles have frames, by the clocks of their pages, how
// many connections each tab made for that, and how many frames a second come, beside a bare mesh of
// RTCPeerConnections. One run says little: the last tile of a bare mesh comes after 4 to 7 s.
// More tabs than processors are a machine under load: what is slow must not be taken for lost.

import { cpus, loadavg } from "node:os";

import { launch, serve } from "../harness.mjs";
import { median, save, table } from "./report.mjs";

const [members = 6, rounds = 3, kinds = "ours,bare"] = process.argv.slice(2);
const USERS = Array.from({ length: Number(members) }, (_, number) => `user-${number}`);
const DUE = USERS.length * (USERS.length - 1);
const NAMES = { ours: "tt-rtc", bare: "bare RTCPeerConnection" };
/** In milliseconds. */
const PATIENCE = 150_000;
const WATCHED = 10_000;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

async function measure(kind, server) {
  const browser = await launch();
  const context = await browser.newContext();
  try {
    const pages = [];
    for (const user of USERS) {
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(String(error)));
      await page.goto(`${server.url}/tests/mesh.html?me=${user}`);
      await page.evaluate(() => globalThis.ready);
      pages.push(page);
    }
    const all = (read, argument) =>
      Promise.all(pages.map((page, at) => page.evaluate(read, argument?.(USERS[at]))));
    const others = (user) => USERS.filter((other) => other !== user);
    const start = performance.now();
    await all(
      (args) => globalThis[args.kind](args.others),
      (user) => ({ kind, others: others(user) }),
    );
    const read = () => all(() => structuredClone(room));
    const tiles = (rooms) => rooms.flatMap(({ first }) => Object.values(first));
    let rooms = await read();
    while (tiles(rooms).length < DUE && performance.now() - start < PATIENCE) {
      await pause(200);
      rooms = await read();
    }
    const before = rooms;
    await pause(WATCHED);
    rooms = await read();
    const rates = rooms.flatMap(({ frames }, at) =>
      Object.entries(frames).map(
        ([user, count]) => (count - (before[at].frames[user] ?? 0)) / (WATCHED / 1_000),
      ),
    );
    return {
      kind,
      tiles: tiles(before).length,
      seconds: Math.max(...tiles(before)) / 1_000,
      made: rooms.map(({ made }) => made),
      reconnecting: rooms.map(({ states }) => states.filter((state) => state === "reconnecting").length),
      rate: median(rates),
      samples: rooms.map(({ samples }) => samples),
      load: loadavg()[0],
    };
  } finally {
    await browser.close();
  }
}

const server = await serve();
const runs = [];
for (let round = 0; round < Number(rounds); round += 1) {
  const turn = kinds.split(",");
  for (const kind of round % 2 ? turn.reverse() : turn) runs.push(await measure(kind, server));
}
await server.close();

table(
  runs.map(({ kind, tiles, seconds, made, reconnecting, rate, load }) => ({
    [`${USERS.length} tabs, ${cpus().length} processors`]: NAMES[kind],
    tiles: `${tiles} of ${DUE}`,
    "after, s": seconds.toFixed(1),
    "connections of each": made.join(" "),
    reconnecting: reconnecting.join(" "),
    "frames/s": rate.toFixed(1),
    load: load.toFixed(1),
  })),
);
if (rounds > 1) {
  for (const kind of kinds.split(",")) {
    const seconds = runs.filter((run) => run.kind === kind).map((run) => run.seconds);
    console.log(`${NAMES[kind]}: the median of ${seconds.length} runs is ${median(seconds).toFixed(1)} s`);
  }
}
save("mesh", { runs });
