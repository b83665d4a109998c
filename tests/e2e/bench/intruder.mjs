// What two people in a call notice of somebody who joins and leaves their room as fast as it goes,
// through a server with its own limits and through one without limits of joins.

import { loadavg } from "node:os";

import WebSocket from "ws";

import { now, pause, startScene } from "../network/scene.mjs";
import { joinMessage, newSecret } from "../network/server.mjs";
import { save, table } from "./report.mjs";

const [seconds = 10] = process.argv.slice(2);
/** The sockets that join and leave at the same time. */
const SOCKETS = 4;
/** How long those who were seen stay to be dealt with. */
const AFTERWARDS = 3_000;

const UNLIMITED = ["address", "user", "room"].flatMap((of) =>
  [`joins-per-${of}`, `join-burst-per-${of}`].map((name) => `--limits-${name}=1000000000`),
);

/** Joins and leaves until `end`; counts the welcomes. */
async function intrude(url, end, counts) {
  while (now() < end) {
    await new Promise((done) => {
      const socket = new WebSocket(url);
      socket.on("open", () => socket.send(joinMessage("room", "mallory", newSecret(), { sources: 3 })));
      socket.on("message", (data) => {
        if (!JSON.parse(data).welcome) return;
        counts.joins += 1;
        socket.send('"leave"');
      });
      socket.on("error", done);
      socket.on("close", done);
    });
  }
}

async function measure(limits) {
  const scene = await startScene({ direct: true, settings: limits === "none" ? UNLIMITED : [] });
  const all = (read) => Promise.all(scene.people.map(read));
  try {
    await all(({ page }) =>
      page.evaluate(() => {
        // Tasks of 50 ms and more (W3C Long Tasks).
        globalThis.tasks = [];
        new PerformanceObserver((list) =>
          tasks.push(...list.getEntries().map(({ duration }) => duration)),
        ).observe({ type: "longtask" });
      }),
    );
    const before = await all((person) => person.connections());
    const [start, counts] = [now(), { joins: 0 }];
    await Promise.all(
      Array.from({ length: SOCKETS }, () => intrude(scene.server.url, start + seconds * 1_000, counts)),
    );
    const end = now();
    await pause(AFTERWARDS);
    const made = await all((person) => person.connections());
    return {
      limits,
      joins: counts.joins,
      connections: Math.max(...made.map((count, index) => count - before[index])),
      longestTask: Math.max(0, ...(await all(({ page }) => page.evaluate(() => tasks))).flat()),
      longestGap: Math.max(...(await all((person) => person.longestGap(start, end)))),
      told: (await all((person) => person.states(start))).flat().length,
      load: loadavg()[0],
    };
  } finally {
    await scene.close();
  }
}

const runs = [];
for (const limits of ["its own", "none"]) runs.push(await measure(limits));
table(
  runs.map(({ limits, joins, connections, longestTask, longestGap, told, load }) => ({
    "limits of joins": limits,
    [`joins in ${seconds} s`]: joins,
    "connections made by each": connections,
    "longest task, ms": longestTask === 0 ? "below 50" : longestTask,
    "longest time without a picture, ms": Math.round(longestGap),
    "changes of the connection": told,
    load: load.toFixed(1),
  })),
);
save("intruder", { runs });
