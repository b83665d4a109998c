// What one call of the API costs: from JavaScript through the WebAssembly to the callback, beside
// the same through a plain function that answers in a microtask.

import { inPage, median, save, table } from "./report.mjs";

const SAMPLES = 25;
const CALLS = 1_000;

const figures = await inPage("cost.html", async (page) => {
  const figures = { call: [], plain: [] };
  for (let sample = -5; sample < SAMPLES; sample++) {
    for (const kind of ["call", "plain"]) {
      const microseconds = await page.evaluate(
        ([kind, calls]) => globalThis.measure(kind, calls),
        [kind, CALLS],
      );
      if (sample >= 0) figures[kind].push(microseconds);
    }
  }
  return figures;
});

const row = (name, values) => ({
  "one call to its callback, µs": name,
  median: median(values).toFixed(2),
  least: Math.min(...values).toFixed(2),
  most: Math.max(...values).toFixed(2),
});
table([row("changeUserVisibility of tt-rtc", figures.call), row("a function in JavaScript", figures.plain)]);
save("call", { ...figures, medians: { call: median(figures.call), plain: median(figures.plain) } });
