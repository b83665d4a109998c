// How a call comes back from what networks do: how soon trouble is noticed, and how soon after the
// path is back the first new frame is shown, beside what other libraries do.
//
//   cargo xtask bench recovery -- 5     five rounds of each instead of three

import {
  oneIsGone,
  packetsAreLost,
  pathIsCut,
  serverDies,
  socketsBreak,
} from "../network/breakdowns.mjs";
import { startScene } from "../network/scene.mjs";
import { median, save, table } from "./report.mjs";

const ROUNDS = Number(process.argv[2] ?? 3);
const MINUTE = 60_000;

/** What others do where their source says it; they were not run. */
const OTHERS = [
  {
    library: "livekit-client 2.21",
    "loss of the path is noticed": "up to 15 s",
    "comes back by itself": "after 2.0 s at the least",
    "from its source": "DefaultReconnectPolicy.ts, minReconnectWait; ping 10 s, timeout 20 s",
  },
  {
    library: "peerjs 1.5.5",
    "loss of the path is noticed": "7 s and more",
    "comes back by itself": "never",
    "from its source": "lib/negotiator.ts closes on `failed`; the id stays taken for 90 s",
  },
  {
    library: "simple-peer 9.11.1",
    "loss of the path is noticed": "7 s and more",
    "comes back by itself": "never",
    "from its source": "no ICE restart (issue 579)",
  },
];

const cases = [
  ["(a) the connections to the server break", (scene) => socketsBreak(scene)],
  ["(b) the server is killed and started again", (scene) => serverDies(scene)],
  ...[1_000, 3_000, 8_000].map((time) => [
    `(c) the path is cut for ${time / 1_000} s`,
    (scene) => pathIsCut(scene, time),
  ]),
  ["(d) new addresses after 3 s", (scene) => pathIsCut(scene, 3_000, { newAddresses: true })],
  ["(e) path and server are cut for 8 s", (scene) => pathIsCut(scene, 8_000, { signaling: true })],
];

const ms = (value) => (value === undefined ? "–" : `${Math.round(value)} ms`);
/** The median and the worst of a figure over all rounds. */
const spread = (rounds, key) => {
  const values = rounds.map((round) => round[key]).filter((value) => value !== undefined);
  if (values.length === 0) return "–";
  return `${ms(median(values))} / ${ms(Math.max(...values))}`;
};

const figures = {};
const rows = [];
for (const [name, run] of cases) {
  const scene = await startScene();
  try {
    const rounds = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await run(scene));
    figures[name] = rounds;
    rows.push({
      "median / worst of a call": name,
      "noticed after": spread(rounds, "noticed"),
      "frame after the path is back": spread(rounds, "frame"),
      "longest time without a frame": spread(rounds, "gap"),
      "server again after": spread(rounds, "signaling"),
    });
  } finally {
    await scene.close();
  }
}
table(rows);

const scene = await startScene();
try {
  const lossy = [];
  for (const loss of [0.05, 0.15]) {
    const result = await packetsAreLost(scene, MINUTE, { loss, delay: 100 });
    const name = `(f) ${loss * 100} % lost, 100 ms late, for a minute`;
    figures[name] = [result];
    lossy.push({
      "": name,
      "frames a second": result.rate.toFixed(1),
      "longest time without a frame": ms(result.gap),
      "connections made anew": result.connections,
    });
  }
  console.log();
  table(lossy);
  const gone = await oneIsGone(scene, 30_000);
  figures["(g) one side is gone for 30 s"] = [gone];
  console.log();
  table([{
    "": "(g) one side is gone for 30 s",
    "seen to leave after": ms(gone.left),
    "seen to come back after": ms(gone.returned),
    "frame after": ms(gone.frame),
  }]);
} finally {
  await scene.close();
}

console.log("\nOthers, as their sources say; not run here:");
table(OTHERS);
save("recovery", { rounds: ROUNDS, cases: figures, others: OTHERS });
