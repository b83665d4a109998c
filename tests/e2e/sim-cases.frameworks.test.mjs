// What the runtimes of frameworks count on: content of its own in a slot, instances with ids, the
// order of lifetimes, and definitions that inherit what they have.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch } from "./harness.mjs";
import { openPhone, simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A phone that runs a folder, and that may complain of nothing. */
async function open(t, folder, path = "") {
  const { url } = await simulate(t, folder);
  return openPhone(t, browser, url, { query: `&path=${encodeURIComponent(path)}`, timeout: 20_000 });
}

/** What is read in an element, line by line, once it is `lines`. */
async function shows(page, selector, lines) {
  const read = (selector) =>
    [...document.querySelectorAll(selector)]
      .flatMap((each) => each.innerText.split("\n"))
      .map((line) => line.trim())
      .filter(Boolean);
  await page
    .waitForFunction(
      ([read, selector, lines]) => JSON.stringify(eval(read)(selector)) === lines,
      [String(read), selector, JSON.stringify(lines)],
      { timeout: 5000 },
    )
    .catch(() => {});
  assert.deepEqual(
    await page.evaluate(([read, selector]) => eval(read)(selector), [String(read), selector]),
    lines,
  );
}

const set = (page, data) => page.evaluate((data) => getCurrentPages()[0].setData(data), data);

test("a slot's own content is shown while nobody fills the slot", async (t) => {
  const page = await open(t, "tests/e2e/cases/slot-fallback");
  const first = ["title of its own", "body of its own", "title of the page", "body of the page"];
  await shows(page, "#empty, #full, #turns", [...first, "title of its own", "body of its own"]);
  await page.getByText("turn", { exact: true }).click();
  await shows(page, "#empty, #full, #turns", [...first, "title that comes and goes", "body of its own"]);
  await page.getByText("turn", { exact: true }).click();
  await shows(page, "#empty, #full, #turns", [...first, "title of its own", "body of its own"]);
});

test("a slot's own content follows data, conditions, lists and slots that are handed on", async (t) => {
  const page = await open(t, "tests/e2e/miniprograms/instances", "slots/slots");
  await shows(page, "#direct", ["fallback 0"]);
  await shows(page, "#nested", ["of the one between"]);
  await shows(page, "#handed", ["fallback 0"]);
  await shows(page, "#choice", ["of the choice"]);
  await shows(page, "#list", ["of no slotfallback of a fallback of b"]);
  await set(page, { filled: true });
  await shows(page, "#direct", ["one two"]);
  await shows(page, "#nested", ["from the page"]);
  await shows(page, "#handed", ["from the page"]);
  await set(page, { filled: false });
  await shows(page, "#direct", ["fallback 0"]);
  await shows(page, "#handed", ["fallback 0"]);
  await set(page, { filled: true, words: [] });
  await shows(page, "#direct", ["fallback 0"]);
  await set(page, { words: ["three"] });
  await shows(page, "#direct", ["three"]);
});

test("components in a slot's own content belong to the component of the slot, as do their events", async (t) => {
  const page = await open(t, "tests/e2e/miniprograms/instances", "slots/slots");
  await shows(page, "#direct", ["fallback 0"]);
  assert.equal(
    await page.evaluate(() => getCurrentPages()[0].selectComponent("#plain").foundWhenReady),
    true,
  );
  await page.evaluate(() => getCurrentPages()[0].selectComponent("#plain").setData({ count: 2 }));
  await page.getByText("more than one").click();
  await shows(page, "#direct", ["fallback 3", "more than one"]);
  await set(page, { filled: true });
  await shows(page, "#direct", ["one two"]);
  assert.equal(await page.evaluate(() => getCurrentPages()[0].selectComponent("#plain").found()), false);
});

test("components are created and attached from the outside in, and ready from the inside out", async (t) => {
  const page = await open(t, "tests/e2e/miniprograms/instances");
  await page.waitForFunction(() => getApp().calls.includes("outer ready second"));
  const of = (kind) => page.evaluate((kind) => getApp().calls.filter((line) => line.includes(kind)), kind);
  assert.deepEqual(await of("created"), ["outer created", "inner created", "outer created", "inner created"]);
  assert.deepEqual(await of("attached"), [
    "outer attached first",
    "inner attached in first",
    "outer attached second",
    "inner attached in second",
  ]);
  assert.deepEqual(await of("ready"), [
    "inner ready in first",
    "outer ready first",
    "inner ready in second",
    "outer ready second",
  ]);
});

test("instances carry the ids of their page and of their own, and whatever carries them can be asked about", async (t) => {
  const page = await open(t, "tests/e2e/miniprograms/instances");
  const ids = await page.evaluate(() => {
    const [top] = getCurrentPages();
    const all = [
      top,
      top.selectComponent("#first"),
      top.selectComponent("#first").selectComponent("#inner"),
      top.selectComponent("#second"),
    ];
    return all.map((each) =>
      Object.hasOwn(each, "__webviewId__") && Object.hasOwn(each, "__nodeId__")
        ? [each.__webviewId__, each.__nodeId__]
        : null,
    );
  });
  assert.equal(ids[0][1], 0);
  assert.equal(new Set(ids.map(([page]) => page)).size, 1, "one page");
  assert.equal(new Set(ids.map(([, node]) => node)).size, ids.length, "each its own");
  assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].query()), {
    dataset: { name: "in second" },
  });
  assert.deepEqual(
    await page.evaluate(() =>
      getCurrentPages()[0]
        .intersection()
        .then(({ dataset }) => dataset),
    ),
    { name: "in second" },
  );
  await page.evaluate(() => new Promise((success) => tt.navigateTo({ url: "/slots/slots", success })));
  assert.notEqual(await page.evaluate(() => getCurrentPages()[1].__webviewId__), ids[0][0]);
});

test("what Page() is given may inherit its data and functions", async (t) => {
  const page = await open(t, "tests/e2e/cases/page-prototype");
  await shows(page, "#v", ["from the prototype"]);
  await page.click("#b");
  await shows(page, "#v", ["changed, loaded: true"]);
});

test("an observer of a property is called though the property is pure data", async (t) => {
  const page = await open(t, "tests/e2e/miniprograms/instances", "pure-page/pure-page");
  await shows(page, "#pure", ["first", "first"]);
  await set(page, { word: "second" });
  await shows(page, "#pure", ["first second", "first second"]);
});
