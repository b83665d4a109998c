// How a call comes back from what networks do: how soon trouble is noticed, and how soon after the
// path is back the first new frame is shown. Then the same with other libraries.
//
//   cargo xtask bench recovery -- 5 2   five rounds of each instead of three; of the others two
//                                       instead of one; 0 leaves them out

import { oneIsGone, packetsAreLost, pathIsCut, serverDies, socketsBreak } from "../network/breakdowns.mjs";
import { startScene } from "../network/scene.mjs";
import { fromSource, peers } from "./peers.mjs";
import { median, save, table } from "./report.mjs";

const ROUNDS = Number(process.argv[2] ?? 3);
const ROUNDS_OF_OTHERS = Number(process.argv[3] ?? 1);
const MINUTE = 60_000;
/** How long other libraries are given, in milliseconds, for what they may never do. */
const PATIENCE = 30_000;

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
const GONE = "(g) one side is gone for 30 s";

/** A time; "–" if there was nothing to measure, and "never" if it was waited for in vain. */
const ms = (value) =>
  value === undefined ? "–" : Number.isFinite(value) ? `${Math.round(value)} ms` : "never";
/** The median and the worst of a figure over all rounds. */
const spread = (rounds, key) => {
  const values = rounds.map((round) => round[key]).filter((value) => value !== undefined);
  if (values.length <= 1) return ms(values[0]);
  return `${ms(median(values))} / ${ms(Math.max(...values))}`;
};

/** Runs `use` with a scene of its own. */
async function withScene(options, use) {
  const scene = await startScene(options);
  try {
    return await use(scene);
  } finally {
    await scene.close();
  }
}

/** Some rounds of a case, in one call as long as it lasts. */
async function measure(run, rounds, options) {
  const figures = [];
  while (figures.length < rounds) {
    await withScene(options, async (scene) => {
      while (figures.length < rounds) {
        const made = await connections(scene);
        const round = await run(scene);
        figures.push({ ...round, made: (await connections(scene)) - made });
        if (Object.values(round).includes(Infinity)) break;
      }
    });
  }
  return figures;
}

/** How many connections a side has made, of the two the most. */
const connections = async ({ people }) =>
  Math.max(...(await Promise.all(people.map((person) => person.connections()))));

/** All cases but lost packets and a long absence: the figures by case. */
async function breakdowns(rounds, options) {
  const figures = {};
  for (const [name, run] of cases) figures[name] = await measure(run, rounds, options);
  table(
    Object.entries(figures).map(([name, measured]) => ({
      [rounds > 1 ? "median / worst of a call" : "one call each"]: name,
      "noticed after": spread(measured, "noticed"),
      "frame after the path is back": spread(measured, "frame"),
      "longest time without a frame": spread(measured, "gap"),
      "server again after": spread(measured, "signaling"),
      "connections made anew": Math.max(...measured.map(({ made }) => made)),
    })),
  );
  return figures;
}

/** The case of a long absence. */
async function absence(scene) {
  const gone = await oneIsGone(scene, 30_000);
  console.log();
  table([
    {
      "": GONE,
      "seen to leave after": ms(gone.left),
      "seen to come back after": ms(gone.returned),
      "frame after": ms(gone.frame),
    },
  ]);
  return { [GONE]: [gone] };
}

async function lostPackets(scene) {
  const figures = {};
  const rows = [];
  for (const loss of [0.05, 0.15]) {
    const result = await packetsAreLost(scene, MINUTE, { loss, delay: 100 });
    const name = `(f) ${loss * 100} % lost, 100 ms late, for a minute`;
    figures[name] = [result];
    rows.push({
      "": name,
      "frames a second": result.rate.toFixed(1),
      "longest time without a frame": ms(result.gap),
      "connections made anew": result.connections,
    });
  }
  console.log();
  table(rows);
  return figures;
}

const report = { rounds: ROUNDS, cases: {}, others: {} };
if (ROUNDS > 0) {
  report.cases = await breakdowns(ROUNDS);
  await withScene({}, async (scene) => {
    Object.assign(report.cases, await lostPackets(scene), await absence(scene));
  });
  save("recovery", report);
}

const run = [];
for (const library of ROUNDS_OF_OTHERS > 0 ? peers() : []) {
  const options = { library, patience: PATIENCE };
  console.log(`\n${library.name}. ${library.note}`);
  try {
    const cases = await breakdowns(ROUNDS_OF_OTHERS, options);
    Object.assign(cases, await withScene(options, absence));
    report.others[library.name] = { rounds: ROUNDS_OF_OTHERS, cases };
    run.push(library);
  } catch (error) {
    console.error(`${library.name} is left out: ${error}`);
  }
}
if (run.length > 0) console.log(`\nnever: not within ${PATIENCE / 1_000} s`);

report.fromSource = fromSource(run);
console.log("\nAs their sources say; not run here:");
table(report.fromSource);
save("recovery", report);
