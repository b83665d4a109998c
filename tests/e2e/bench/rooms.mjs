// Rooms of tabs on one machine, beside a bare mesh of RTCPeerConnections: when every tile has frames, or every voice
// arrives, by the clocks of the pages; frames a second of the tiles, what each tab sends, how much sound is missing.
// One run says little: the last tile of a bare mesh of six comes after 4 to 7 s. More tabs than processors are a
// machine under load: what is slow must not be taken for lost.

import { cpus, loadavg } from "node:os";

import { launch, serve } from "../harness.mjs";
import { median, save, table } from "./report.mjs";

/** Numbers of tabs; `a` is sound alone. */
const [sizes = "2,4,6,8", rounds = 1, kinds = "ours,bare"] = process.argv.slice(2);
const NAMES = { ours: "tt-rtc", bare: "bare RTCPeerConnection" };
/** In milliseconds. */
const PATIENCE = 150_000;
const WATCHED = 10_000;

const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/** The part of the processors that is busy between two calls, in percent. */
function busy() {
  const read = () => {
    const times = cpus().flatMap(({ times }) => Object.entries(times));
    const sum = (entries) => entries.reduce((total, [, time]) => total + time, 0);
    return { all: sum(times), idle: sum(times.filter(([name]) => name === "idle")) };
  };
  const before = read();
  return () => {
    const { all, idle } = read();
    return 100 - (100 * (idle - before.idle)) / (all - before.all);
  };
}

async function measure(kind, size, server) {
  const [tabs, audio] = [parseInt(size, 10), size.endsWith("a")];
  const users = Array.from({ length: tabs }, (_, number) => `user-${number}`);
  const due = tabs * (tabs - 1);
  const browser = await launch();
  const context = await browser.newContext();
  try {
    const pages = [];
    for (const user of users) {
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(String(error)));
      await page.goto(`${server.url}/tests/rooms.html?me=${user}&camera=${audio ? 0 : 1}`);
      await page.evaluate(() => globalThis.ready);
      pages.push(page);
    }
    const all = (read, argument) =>
      Promise.all(pages.map((page, at) => page.evaluate(read, argument?.(users[at]))));
    const start = performance.now();
    await all(
      ([kind, others]) => globalThis[kind](others),
      (user) => [kind, users.filter((other) => other !== user)],
    );
    const read = () => all(() => structuredClone(room));
    const first = (rooms, what) => rooms.flatMap((room) => Object.values(room[what]));
    const wanted = audio ? "voices" : "tiles";
    let rooms = await read();
    while (first(rooms, wanted).length < due && performance.now() - start < PATIENCE) {
      await pause(500);
      rooms = await read();
    }
    const began = rooms;
    const [before, work, from] = [await all(() => sums()), busy(), performance.now()];
    const frames = await read();
    await pause(WATCHED);
    const [after, later] = [await all(() => sums()), await read()];
    const seconds = (performance.now() - from) / 1_000;
    const rates = later.flatMap((room, at) =>
      Object.entries(room.frames).map(([user, count]) => (count - (frames[at].frames[user] ?? 0)) / seconds),
    );
    const rise = (name) => after.map((sum, at) => sum[name] - before[at][name]);
    const total = (name) => rise(name).reduce((sum, one) => sum + one, 0);
    return {
      kind,
      size,
      due,
      arrived: first(began, wanted).length,
      seconds: Math.max(...first(began, wanted)) / 1_000,
      voices: first(began, "voices").length === due ? Math.max(...first(began, "voices")) / 1_000 : undefined,
      made: Math.max(...later.map(({ made }) => made)),
      reconnecting: later.flatMap(({ states }) => states.filter((state) => state === "reconnecting")).length,
      leastRate: rates.length > 0 ? Math.min(...rates) : undefined,
      rate: rates.length > 0 ? median(rates) : undefined,
      uplink: (Math.max(...rise("sent")) * 8) / seconds / 1e6,
      missingSound: (100 * total("concealed")) / total("samples"),
      busy: work(),
      load: loadavg()[0],
    };
  } finally {
    await browser.close();
  }
}

const server = await serve();
const runs = [];
for (const size of sizes.split(",")) {
  for (let round = 0; round < Number(rounds); round += 1) {
    const turn = kinds.split(",");
    for (const kind of round % 2 ? turn.reverse() : turn) runs.push(await measure(kind, size, server));
  }
}
await server.close();

const shown = (number, digits = 1) => number?.toFixed(digits) ?? "-";
table(
  runs.map((run) => ({
    [`tabs, on ${cpus().length} processors`]: run.size.replace("a", ", sound alone"),
    "": NAMES[run.kind],
    there: `${run.arrived} of ${run.due}`,
    "after, s": shown(run.seconds),
    "voices, s": shown(run.voices),
    "frames/s": shown(run.rate),
    least: shown(run.leastRate),
    "uplink, Mbit/s": shown(run.uplink, 2),
    "sound missing, %": shown(run.missingSound),
    connections: run.made,
    reconnecting: run.reconnecting,
    "busy, %": shown(run.busy, 0),
    load: shown(run.load),
  })),
);
save("rooms", { runs });
