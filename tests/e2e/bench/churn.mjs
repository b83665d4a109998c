// Joins and leaves of a two-person room in one page, again and again: they have to go through
// (Chrome allows 500 peer connections that are not yet collected), and to leave nothing behind.

import { inPage, save, table } from "./report.mjs";

const ROUNDS = 600;
const STEP = 50;

const measured = await inPage("churn.html", async (page) => {
  const session = await page.context().newCDPSession(page);
  const look = async (rounds) => {
    // Twice: what finalizers let go of in the first run is freed in the second.
    for (let run = 0; run < 2; run++) await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    return { rounds, heap: usedSize, ...(await page.evaluate(() => globalThis.look())) };
  };
  const series = [];
  for (let rounds = 0; rounds < ROUNDS; rounds += STEP) {
    await page.evaluate((count) => globalThis.churn(count), STEP);
    series.push(await look(rounds + STEP));
  }
  return { series, end: await page.evaluate(() => globalThis.end()).then(() => look(ROUNDS)) };
});

const row = ({ rounds, heap, memory, live, made }) => ({
  "joins and leaves": rounds,
  "JS heap, kB": (heap / 1024).toFixed(0),
  "wasm memory, kB": (memory / 1024).toFixed(0),
  "connections made": made,
  open: live,
});
table([...measured.series, measured.end].map(row));
save("churn", measured);
if (measured.end.live > 0) throw new Error(`${measured.end.live} connections are still open`);
