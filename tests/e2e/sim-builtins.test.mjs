// The built-in components beside those of examples/components: that phone and compiler know the same
// ones, and what those of small programs of tests/e2e/miniprograms/builtins do.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { build } from "esbuild";

import { launch, root } from "./harness.mjs";
import { openPhone, simulate } from "./simulator.mjs";

let simulator, browser;
const closing = [];
before(async () => {
  simulator = await simulate({ after: (close) => closing.push(close) }, "tests/e2e/miniprograms/builtins");
  browser = await launch();
});
after(async () => {
  await browser?.close();
  for (const close of closing) close();
});

/** A phone on a page. The test fails if it complains of anything that is not `expected`. */
function open(t, name, { expected, view } = {}) {
  return openPhone(t, browser, simulator.url, {
    expected,
    view,
    id: name,
    query: `&fake=1&path=${name}/${name}`,
  });
}

/** Changes the data of the page on top. */
const set = (page, change) => page.evaluate((change) => getCurrentPages().at(-1).setData(change), change);

/** Waits until the page on top was told an event of this type, and gives all it was told, the first first. */
async function told(page, type) {
  await page.waitForFunction(
    (type) =>
      getCurrentPages()
        .at(-1)
        .told?.some((each) => each.type === type),
    type,
  );
  return page.evaluate(() => getCurrentPages().at(-1).told);
}

const camelCase = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());

test("phone and compiler know the same components, attributes and types", async () => {
  const list = JSON.parse(await readFile(`${root}www/shared/components.json`, "utf8"));
  const { outputFiles } = await build({
    entryPoints: [`${root}www/phone/components/index.ts`],
    bundle: true,
    format: "esm",
    write: false,
    logLevel: "error",
  });
  const { ALL, FOREIGN } = await import(
    `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
  );
  const type = (value) => (Array.isArray(value) ? "array" : value === undefined ? "any" : typeof value);
  const phone = {};
  for (const definition of [...ALL, ...FOREIGN]) {
    const own = new Set(definition.attributes.map(camelCase));
    const defineComponent = ({ properties }) => {
      const entries = Object.entries(properties).filter(([name]) => own.has(name));
      phone[definition.tag] = Object.fromEntries(
        entries.map(([name, { value }]) => [name, type(value)]).sort(),
      );
    };
    definition.define({ defineComponent }, {});
  }
  const listed = Object.entries(list).map(([tag, { attributes = {} }]) => [
    tag,
    // A choice is a text.
    Object.fromEntries(
      Object.entries(attributes)
        .map(([name, type]) => [camelCase(name), Array.isArray(type) ? "string" : type])
        .sort(),
    ),
  ]);
  assert.deepEqual(phone, Object.fromEntries(listed));
  assert.deepEqual(
    FOREIGN.map(({ tag }) => tag).sort(),
    Object.keys(list)
      .filter((tag) => list[tag].foreign)
      .sort(),
  );
  // Names that are computed are not seen here.
  const raised = outputFiles[0].text.matchAll(/\.emit\("([a-z]+)"/g);
  const events = new Set(Object.values(list).flatMap(({ events = [] }) => events));
  assert.deepEqual(
    [...raised].map(([, name]) => name).filter((name) => !events.has(name)),
    [],
  );
});

test("tt:ref gives a page its components, each when it is there", async (t) => {
  const page = await open(t, "ref");
  await page.waitForFunction(() => getCurrentPages()[0].answer);
  assert.equal(await page.evaluate(() => getCurrentPages()[0].answer), "hello from one");
  const refs = () => page.evaluate(() => getCurrentPages()[0].refs);
  assert.deepEqual(await refs(), [
    ["one", "one"],
    ["many", "a"],
    ["many", "b"],
  ]);
  await set(page, { list: ["a", "b", "c"] });
  await page.getByText("c", { exact: true }).waitFor();
  assert.deepEqual((await refs()).at(-1), ["many", "c"]);
});

const box = (locator) =>
  locator.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
  });

test("native components have a phone's sizes without a style", async (t) => {
  const page = await open(t, "sizes", { expected: /live-player|could not be played/ });
  const size = async (tag) => (await box(page.locator(`tt-page > tt-${tag}`).first())).slice(2);
  for (const tag of ["video", "live-player", "live-pusher", "canvas", "image"])
    assert.deepEqual(await size(tag), [300, 225], tag);
  assert.deepEqual(await size("map"), [300, 150]);
  assert.deepEqual(await size("textarea"), [300, 150]);
  assert.deepEqual(await size("swiper"), [390, 150]);
  assert.deepEqual(await size("camera"), [390, 300]);
  assert.deepEqual(await size("movable-area"), [10, 10]);
});

test("match-media shows what fits the screen, also when that turns", async (t) => {
  const page = await open(t, "containers");
  const seen = async () => [
    await page.locator("#narrow").isVisible(),
    await page.locator("#wide").isVisible(),
    await page.locator("#upright").isVisible(),
  ];
  assert.deepEqual(await seen(), [true, false, true]);
  await page.setViewportSize({ width: 844, height: 390 });
  await page.locator("#wide").waitFor();
  assert.deepEqual(await seen(), [false, true, false]);
});

test("root-portal shows its content at the root of the page, with its styles and events", async (t) => {
  const page = await open(t, "containers");
  const portal = page.locator("#portal");
  const left = async () => (await box(portal))[0];
  assert.equal(await left(), 0, "fixed in the page, not in what moves");
  assert.equal(await portal.evaluate((element) => getComputedStyle(element).color), "rgb(1, 2, 3)");
  await portal.click();
  assert.equal(await page.evaluate(() => getCurrentPages()[0].tapped), "portal");
  await set(page, { enable: false });
  await page.waitForFunction(() => document.querySelector("tt-root-portal #portal"));
  assert.equal(await left(), 50, "in its place");
});

test("page-container opens over the page and goes with the way back", async (t) => {
  const page = await open(t, "containers");
  await page.evaluate(() => tt.navigateTo({ url: "/other/other" }));
  await page.evaluate(() => tt.navigateTo({ url: "/containers/containers" }));
  const sheet = page.locator("phone-page").last().locator("#sheet");
  assert.equal(await sheet.isVisible(), false);
  await set(page, { show: true });
  const opened = (await told(page, "afterenter")).map(({ type }) => type);
  assert.deepEqual(opened, ["beforeenter", "enter", "afterenter"]);
  assert.deepEqual((await box(sheet.locator(".."))).slice(1), [644, 390, 200], "at the bottom of the page");
  await page.evaluate(() => tt.navigateBack());
  const closed = (await told(page, "afterleave")).map(({ type }) => type);
  assert.deepEqual(closed.slice(3), ["beforeleave", "leave", "afterleave"]);
  assert.equal(await sheet.isVisible(), false);
  assert.equal(await page.evaluate(() => getCurrentPages().length), 3, "the page is still there");
  await page.evaluate(() => tt.navigateBack());
  await page.waitForFunction(() => getCurrentPages().length === 2);
});

test("page-meta and navigation-bar set the page's look from its data", async (t) => {
  const page = await open(t, "meta");
  assert.deepEqual((await box(page.locator("#rem")))[2], 40);
  const look = await page
    .locator("#rem")
    .evaluate((element) => [getComputedStyle(element).color, getComputedStyle(element).fontSize]);
  assert.deepEqual(look, ["rgb(1, 2, 3)", "18px"]);
  await page.getByText("From data").waitFor();
  await set(page, { size: "10px", title: "Changed", top: "300px" });
  await page.getByText("Changed").waitFor();
  assert.deepEqual((await box(page.locator("#rem")))[2], 20);
  await told(page, "scrolldone");
  assert.equal(await page.locator("phone-scroll").evaluate((element) => element.scrollTop), 300);
  await page.evaluate(() => tt.navigateTo({ url: "/other/other" }));
  await page.waitForFunction(() => getCurrentPages().length === 2);
  assert.equal(
    await page.evaluate(() => document.documentElement.style.fontSize),
    "",
    "the other page's rem is its own",
  );
});

test("editor: what is typed and formatted, by the user and by its context", async (t) => {
  const page = await open(t, "editor");
  await page.waitForFunction(() => getCurrentPages()[0].editor);
  const area = page.locator("tt-editor [contenteditable]");
  await area.click();
  await page.keyboard.type("one ");
  assert.equal((await told(page, "input")).at(-1).detail.text.trim(), "one");
  const context = (name, ...values) =>
    page.evaluate(([name, values]) => getCurrentPages()[0].editor[name](...values), [name, values]);
  await context("format", "bold");
  await page.keyboard.type("two");
  const { html } = await context("getContents");
  assert.match(html, /one(&nbsp;| )<b>two<\/b>/);
  await context("setContents", { html: '<p onclick="x()">three</p><script>alert(1)</script>' });
  assert.equal((await context("getContents")).html, "<p>three</p>");
  await context("clear");
  assert.equal((await context("getContents")).text, "");
});

test("a camera's context takes photos, videos and frames", async (t) => {
  const page = await open(t, "media", { expected: /:fail / });
  const camera = (name, options = {}) =>
    page.evaluate(
      ([name, options]) =>
        getCurrentPages()[0]
          .camera[name](options)
          .catch((error) => error),
      [name, options],
    );
  assert.equal(
    (await camera("takePhoto")).errMsg,
    "takePhoto:fail there is no camera on this page that runs",
  );
  await page.getByRole("button", { name: "Allow", exact: true }).click();
  await told(page, "initdone");
  await page.waitForFunction(() => document.querySelector("tt-camera video").videoWidth > 0);

  const { tempImagePath, errMsg } = await camera("takePhoto", { quality: "high" });
  assert.equal(errMsg, "takePhoto:ok");
  const { width, height, type } = await page.evaluate((src) => tt.getImageInfo({ src }), tempImagePath);
  assert.deepEqual([width, height, type], [360, 480, "jpeg"]);

  assert.equal((await camera("stopRecord")).errMsg, "stopRecord:fail is not recording");
  assert.equal((await camera("startRecord")).errMsg, "startRecord:ok");
  assert.equal((await camera("startRecord")).errMsg, "startRecord:fail is recording");
  const { tempVideoPath, tempThumbPath } = await camera("stopRecord");
  const size = (path) => page.evaluate((path) => tt.getFileSystemManager().statSync(path).size, path);
  assert.ok((await size(tempVideoPath)) > 0);
  assert.ok((await size(tempThumbPath)) > 0);

  const frame = await page.evaluate(() => getCurrentPages()[0].frame());
  assert.deepEqual(frame, { width: 288, height: 384, bytes: 288 * 384 * 4 });
  assert.equal((await camera("setZoom", { zoom: 2 })).zoom, 1, "this camera has none");
});

test("a selector query gives the contexts of videos and maps", async (t) => {
  const page = await open(t, "media");
  await page.waitForFunction(() => getCurrentPages()[0].map);
  await page.evaluate(() => getCurrentPages()[0].video.seek(3));
  assert.equal(
    await page.evaluate(
      () => getCurrentPages()[0].video.playbackRate(2) ?? document.querySelector("#video video").playbackRate,
    ),
    2,
  );
  const { longitude, latitude } = await page.evaluate(() => getCurrentPages()[0].map.getCenterLocation());
  assert.deepEqual([Math.round(longitude), Math.round(latitude)], [113, 23]);
});

test("map: what a page puts on it is in its place, and tells of taps and drags", async (t) => {
  const page = await open(t, "chart");
  await told(page, "updated");
  const map = (name, options = {}) =>
    page.evaluate(([name, options]) => getCurrentPages()[0].map[name](options), [name, options]);
  const [left, top] = await box(page.locator("#map"));
  const icon = page.locator("#map img");
  await icon.waitFor();
  const middle = async () => {
    const [x, y, width, height] = await box(icon);
    return [x + width / 2 - left, y + height / 2 - top].map(Math.round);
  };
  const point = async () => {
    const { x, y } = await map("mapToScreen", { longitude: 113.002, latitude: 23.001 });
    return [x, y].map(Math.round);
  };
  assert.deepEqual(await middle(), await point());

  await page.locator("#map").getByRole("button", { name: "Here" }).click();
  assert.deepEqual((await told(page, "markertap")).find(({ type }) => type === "markertap").detail, {
    markerId: 1,
    latitude: 23,
    longitude: 113,
  });
  await page.getByText("Here", { exact: true }).click();
  assert.equal((await told(page, "callouttap")).at(-1).detail.markerId, 1);
  await page.locator("#map").click({ position: { x: 20, y: 20 } });
  const tap = (await told(page, "tap")).findLast(({ type }) => type === "tap").detail;
  const place = await map("screenToMap", { x: 20, y: 20 });
  assert.ok(
    Math.abs(tap.latitude - place.latitude) < 1e-6 && Math.abs(tap.longitude - place.longitude) < 1e-6,
  );

  await page.mouse.move(left + 50, top + 250);
  await page.mouse.down();
  await page.mouse.move(left + 150, top + 250, { steps: 4 });
  await page.mouse.up();
  const changes = (await told(page, "regionchange")).filter(({ type }) => type === "regionchange");
  assert.deepEqual(
    changes.map(({ detail }) => detail.type),
    ["begin", "end"],
  );
  assert.ok((await map("getCenterLocation")).longitude < 113, "the map went along with the finger");
  assert.deepEqual(await middle(), await point());

  await map("translateMarker", { markerId: 2, destination: { longitude: 113, latitude: 23 }, duration: 0 });
  const { x, y } = await map("mapToScreen", { longitude: 113, latitude: 23 });
  await page.waitForFunction(
    ([x, y]) => {
      const { left, top, width, height } = document.querySelector("#map img").getBoundingClientRect();
      return Math.abs(left + width / 2 - x) < 2 && Math.abs(top + height / 2 - y) < 2;
    },
    [left + x, top + y],
  );
});

test("a line break written in a text breaks the line", async (t) => {
  const page = await open(t, "shown", { expected: /platform/ });
  assert.equal(await page.locator("#lines").innerText(), "one\ntwo");
});

test("the place of what only the platform has can be read in a column without a width", async (t) => {
  const page = await open(t, "shown", { expected: /platform/ });
  for (const id of ["card", "live"]) {
    const { width, height } = await page.locator(`#${id}`).boundingBox();
    assert.ok(width > 150 && height >= 60, `${id}: ${width} x ${height}`);
  }
});

test("what a button cannot open it tells with the platform's own event", async (t) => {
  const page = await open(t, "shown", { expected: /platform/ });
  for (const [id, event] of [
    ["message", "pm"],
    ["contact", "error"],
  ]) {
    await page.locator(`#${id}`).click();
    await page.getByRole("dialog").getByRole("button").click();
    const [{ detail }] = (await told(page, event)).filter(({ type }) => type === event);
    assert.match(detail.errMsg, /:fail not supported by the simulator$/);
  }
  assert.equal((await page.evaluate(() => getCurrentPages()[0].told)).length, 2);
});

test("mask dims the page and takes what is tapped on it", async (t) => {
  const page = await open(t, "shown", { expected: /platform/ });
  assert.equal(await page.locator("#mask").isVisible(), false);
  await set(page, { dimmed: true });
  const mask = page.locator("#mask");
  await mask.waitFor();
  const { width, height } = await mask.boundingBox();
  assert.ok(width === 390 && height > 700, `${width} x ${height}`);
  assert.match(
    await mask.evaluate((element) => getComputedStyle(element).backgroundColor),
    /rgba\(0, 0, 0, 0\.5\)/,
  );
  const { x, y } = await page.locator("#under").boundingBox();
  await page.mouse.click(x + 5, y + 5);
  await mask.waitFor({ state: "hidden" });
  assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].told), []);
});

test("a navigator that cannot go is a warning", async (t) => {
  const page = await open(t, "shown", { expected: /platform|navigator/ });
  const said = new Promise((done) =>
    page.on("console", (message) => /navigator/.test(message.text()) && done(message.type())),
  );
  await page.locator("#back").click();
  assert.equal(await said, "warning");
  assert.equal(await page.locator("phone-error").count(), 0);
});

test("open-data shows somebody without a picture in its place, in the size it is given", async (t) => {
  const page = await open(t, "shown", { expected: /platform/ });
  const picture = page.locator("#avatar img");
  await picture.waitFor();
  assert.equal(await picture.evaluate(async (image) => (await image.decode(), image.naturalWidth > 0)), true);
  const { width, height } = await page.locator("#avatar").boundingBox();
  assert.deepEqual([width, height], [40, 40]);
  assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].told), []);
});

test("a button opens what the function of its name opens, with what stands in its data", async (t) => {
  const page = await open(t, "shown", { expected: /platform/ });
  const confirm = (text) =>
    page.getByRole("dialog").filter({ hasText: text }).getByRole("button").last().click();
  const detail = async (type) => (await told(page, type)).find((each) => each.type === type).detail;
  await page.locator("#calendar").click();
  await confirm("tea");
  assert.equal((await detail("addcalendarevent")).errMsg, "addCalendarEvent:ok");
  await page.locator("#room").click();
  await confirm("1234");
  assert.equal((await detail("openwebcastroom")).errMsg, "openWebcastRoom:ok");
  await page.locator("#film").click();
  await confirm("a film");
  const shared = await detail("shared");
  assert.equal(shared.errMsg, "shareAppMessage:ok");
  assert.match(shared.videoId, /^\w{16,}$/);
});
