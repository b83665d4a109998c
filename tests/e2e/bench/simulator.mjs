// The simulator on a project of 500 pages: how long until the first page is there, until another
// one is open, until a list of 1,000 rows has changed, and until a changed file shows.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { launch } from "../harness.mjs";
import { simulate } from "../simulator.mjs";
import { median, quantile, save, table } from "./report.mjs";

const PAGES = 500;
const COMPONENTS = 50;
const ROWS = 1_000;
const LOADS = 7;
const OPENED = 30;
const CHANGES = 15;

/** What the project promises, in milliseconds at the median. */
const GOALS = { firstLoad: 2_000, pageOpen: 50, setData: 16, recompile: 300 };

/** Writes a project of pages that all differ, each of some thirty nodes, with components and styles. */
function generate(folder) {
  const write = (path, text) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  const name = (number) => `pages/p${number}/p${number}`;
  write(
    "app.json",
    JSON.stringify({ pages: ["pages/list/list", ...Array.from({ length: PAGES - 1 }, (_, i) => name(i))] }),
  );
  write("app.js", "const { stamp } = require('./utils/time');\nApp({ globalData: { stamp: stamp(0) } });\n");
  write("app.ttss", "page { font-size: 28rpx; }\n.row { display: flex; padding: 8rpx; }\n");
  write("utils/time.js", "exports.stamp = (time) => new Date(time).toISOString();\n");
  for (let i = 0; i < COMPONENTS; i++) {
    const path = `components/c${i}/c${i}`;
    write(`${path}.json`, '{ "component": true }');
    write(
      `${path}.js`,
      `Component({ properties: { title: String }, data: { taps: ${i} }, methods: { tap() { this.setData({ taps: this.data.taps + 1 }); this.triggerEvent('tap'); } } });\n`,
    );
    write(`${path}.ttml`, '<view class="card" bindtap="tap"><text>{{title}}</text><slot></slot></view>\n');
    write(`${path}.ttss`, `.card { margin: ${i}rpx; border-radius: 8rpx; }\n`);
  }
  for (let i = 0; i < PAGES - 1; i++) {
    write(
      `${name(i)}.json`,
      JSON.stringify({
        navigationBarTitleText: `Page ${i}`,
        usingComponents: { card: `/components/c${i % COMPONENTS}/c${i % COMPONENTS}` },
      }),
    );
    write(
      `${name(i)}.js`,
      `const { stamp } = require('../../utils/time');\nPage({\n  data: { name: 'page ${i}', items: Array.from({ length: 10 }, (_, id) => ({ id, text: 'item ' + id })), shown: true },\n  onLoad(query) { this.setData({ query, at: stamp(${i}) }); },\n  toggle() { this.setData({ shown: !this.data.shown }); },\n});\n`,
    );
    write(
      `${name(i)}.ttml`,
      `<view class="page">\n  <card title="{{name}}" bind:tap="toggle"><text tt:if="{{shown}}">at {{at}}</text></card>\n  <view class="row" tt:for="{{items}}" tt:key="id"><text>{{index}}: {{item.text}}</text></view>\n  <view id="mark">${i}</view>\n</view>\n`,
    );
    write(`${name(i)}.ttss`, `.page { background: #${String(100 + i)}; }\n.page .row { margin: ${i}rpx; }\n`);
  }
  write("pages/list/list.js", "Page({ data: { rows: [] } });\n");
  write(
    "pages/list/list.ttml",
    '<view id="mark">list</view>\n<view class="row" tt:for="{{rows}}" tt:key="id"><text>{{item.id}}</text><text>{{item.text}}</text></view>\n',
  );
}

const folder = mkdtempSync(join(tmpdir(), "tt-sim-bench-"));
/** @type {(() => unknown)[]} */
const closing = [() => rmSync(folder, { recursive: true })];
try {
  generate(folder);
  const started = performance.now();
  const simulator = await simulate({ after: (close) => closing.unshift(close) }, folder);
  const start = performance.now() - started;
  const compile = Number(/ in (\d+) ms/.exec(simulator.lines.find((line) => line.startsWith("Compiled")))[1]);
  const browser = await launch();
  closing.unshift(() => browser.close());

  /** A new browser profile's first look at the project: nothing is in any cache. */
  const load = async (keep) => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    page.on("pageerror", (error) => console.error(String(error)));
    const start = performance.now();
    await page.goto(`${simulator.url}phone/?id=bench`);
    await page.getByText("list", { exact: true }).waitFor();
    const time = performance.now() - start;
    if (!keep) await context.close();
    return { page, time };
  };
  const firstLoad = [];
  for (let i = 0; i < LOADS; i++) firstLoad.push((await load()).time);
  const { page } = await load(true);

  // From the call to the end of the first frame that shows the page.
  const pageOpen = await page.evaluate(async (count) => {
    const times = [];
    for (let i = 0; i < count; i++) {
      const start = performance.now();
      await new Promise((success, fail) =>
        tt.navigateTo({ url: `/pages/p${i * 7}/p${i * 7}`, success, fail }),
      );
      while (getCurrentPages().at(-1).data.name !== `page ${i * 7}`) await new Promise(requestAnimationFrame);
      times.push(performance.now() - start);
      await new Promise((success, fail) => tt.navigateBack({ success, fail }));
    }
    return times;
  }, OPENED);

  // From the call until the browser has laid out what changed: every row's text, then one row's.
  const rows = await page.evaluate(async (count) => {
    const list = getCurrentPages().at(-1);
    const measure = async (change) => {
      const start = performance.now();
      await new Promise((done) => list.setData(change, done));
      document.body.getBoundingClientRect();
      return performance.now() - start;
    };
    const made = (text) => Array.from({ length: count }, (_, id) => ({ id, text: `${text} ${id}` }));
    const times = { first: [], all: [], one: [] };
    for (let i = 0; i < 21; i++) {
      await measure({ rows: [] });
      times.first.push(await measure({ rows: made(`first ${i}`) }));
      times.all.push(await measure({ rows: made(`all ${i}`) }));
      times.one.push(await measure({ [`rows[${i}].text`]: `one ${i}` }));
    }
    return times;
  }, ROWS);

  // The browser's own part of it: as many texts changed in the same boxes of plain HTML.
  const plain = await page.evaluate((count) => {
    const list = document.body.appendChild(document.createElement("div"));
    list.style.cssText = "position: absolute; inset: 0; overflow: auto; font-size: 14px";
    const texts = Array.from({ length: count }, (_, id) => {
      const row = list.appendChild(document.createElement("div"));
      row.style.cssText = "display: flex; padding: 4px";
      row.append(document.createElement("span"), document.createElement("span"));
      row.firstChild.textContent = id;
      return row.lastChild.appendChild(new Text());
    });
    const times = [];
    for (let i = 0; i < 22; i++) {
      const start = performance.now();
      texts.forEach((text, id) => (text.data = `all ${i} ${id}`));
      document.body.getBoundingClientRect();
      times.push(performance.now() - start);
    }
    list.remove();
    // The first one made the boxes.
    return times.slice(1);
  }, ROWS);

  // From the write of a file to the text on the screen.
  const recompile = [];
  await page.evaluate(
    () => new Promise((success, fail) => tt.navigateTo({ url: "/pages/p1/p1", success, fail })),
  );
  for (let i = 0; i < CHANGES; i++) {
    const start = performance.now();
    writeFileSync(join(folder, "pages/p1/p1.ttml"), `<view id="mark">changed ${i}</view>\n`);
    await page.getByText(`changed ${i}`, { exact: true }).waitFor();
    recompile.push(performance.now() - start);
  }
  const compiled = simulator.lines.map((line) => /^Compiled in (\d+) ms/.exec(line)).filter(Boolean);
  const figures = {
    start: [start],
    compile: [compile],
    firstLoad,
    pageOpen,
    setDataNew: rows.first,
    setData: rows.all,
    setDataPlain: plain,
    setDataOne: rows.one,
    recompile,
    recompileServer: compiled.map(([, time]) => Number(time)),
  };

  const row = (name, key, goal = GOALS[key]) => ({
    [`${PAGES} pages, ms`]: name,
    median: median(figures[key]).toFixed(1),
    p95: quantile(figures[key], 0.95).toFixed(1),
    goal: goal === undefined ? "" : `< ${goal}`,
  });
  table([
    row("server, from its start to the ready line", "start"),
    row("  of that, compiling everything", "compile"),
    row("first load, to the first page's text", "firstLoad"),
    row("a page opened for the first time", "pageOpen"),
    row(`setData: ${ROWS} rows changed`, "setData"),
    row("  the same texts in plain HTML", "setDataPlain"),
    row(`setData: ${ROWS} rows made`, "setDataNew"),
    row(`setData: one of ${ROWS} rows`, "setDataOne"),
    row("a changed template on the screen", "recompile"),
    row("  of that, reading and compiling", "recompileServer"),
  ]);
  const medians = Object.fromEntries(Object.entries(figures).map(([key, values]) => [key, median(values)]));
  save("simulator", { pages: PAGES, rows: ROWS, goals: GOALS, medians, ...figures });
  const missed = Object.entries(GOALS).filter(([key, goal]) => medians[key] > goal);
  for (const [key, goal] of missed)
    console.log(`${key}: ${medians[key].toFixed(1)} ms is above the goal of ${goal} ms`);
} finally {
  for (const close of closing) await close();
}
