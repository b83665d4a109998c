// What the measurements share: a page with the package, the median, and a place for the figures.

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join } from "node:path";

import { launch, root, serve } from "../harness.mjs";

/** Opens a page of tests/e2e/pages, measures there, and closes everything. */
export async function inPage(path, measure, { args } = {}) {
  const server = await serve();
  const browser = await launch({ args });
  try {
    const page = await browser.newPage();
    page.on("pageerror", (error) => console.error(String(error)));
    await page.goto(`${server.url}/tests/${path}`);
    await page.evaluate(() => globalThis.ready);
    return await measure(page, browser);
  } finally {
    await browser.close();
    await server.close();
  }
}

export function quantile(values, share) {
  const sorted = [...values].sort((left, right) => left - right);
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)];
  return low + (sorted[Math.ceil(place)] - low) * (place % 1);
}

export const median = (values) => quantile(values, 0.5);

/** Prints rows of equal keys as a table. */
export function table(rows) {
  const heads = Object.keys(rows[0]);
  const cells = [heads, ...rows.map((row) => heads.map((head) => String(row[head])))];
  const widths = heads.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  for (const row of cells) {
    const [first, ...rest] = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
    );
    console.log([first, ...rest].join("  "));
  }
}

/** Writes the figures to target/bench/NAME.json. */
export function save(name, figures) {
  const path = process.env.TT_RTC_BENCH_JSON ?? join(root, `target/bench/${name}.json`);
  mkdirSync(dirname(path), { recursive: true });
  const machine = { processors: cpus().length, model: cpus()[0]?.model };
  writeFileSync(path, `${JSON.stringify({ machine, ...figures }, null, 2)}\n`);
}
