// How long it takes from joinRtcRoom of the second participant to the first frame of the first one
// on its screen, beside a bare pair of RTCPeerConnections in the same page that does as little as
// can be done. The two take turns, so that a busy moment of the machine hits both.

import { inPage, median, quantile, save, table } from "./report.mjs";

const WARM_UP = 3;
const SAMPLES = 20;

const samples = await inPage("join.html", async (page) => {
  const samples = { ours: [], bare: [] };
  for (let round = -WARM_UP; round < SAMPLES; round++) {
    for (const kind of round % 2 ? ["ours", "bare"] : ["bare", "ours"]) {
      const milliseconds = await page.evaluate((kind) => globalThis[kind](), kind);
      if (round >= 0) samples[kind].push(milliseconds);
    }
  }
  return samples;
});

const row = (name, values) => ({
  "to the first frame, ms": name,
  median: median(values).toFixed(1),
  p95: quantile(values, 0.95).toFixed(1),
  least: Math.min(...values).toFixed(1),
});
table([row("tt-rtc", samples.ours), row("bare RTCPeerConnection", samples.bare)]);
const ratio = median(samples.ours) / median(samples.bare);
console.log(`ratio of the medians of ${SAMPLES}: ${ratio.toFixed(3)}`);
save("join", { samples, medians: { ours: median(samples.ours), bare: median(samples.bare) }, ratio });
