// The built-in components beside those of examples/components: that phone and compiler know the same
// ones, and what those of small programs of tests/e2e/miniprograms/builtins do.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";

import { build } from "esbuild";

import { launch, root } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

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
async function open(t, name, { expected, view = {} } = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...view });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (/^(error|warning)$/.test(message.type()) && !expected?.test(message.text())) complaints.push(message.text());
  });
  t.after(async () => {
    await context.close();
    assert.deepEqual(complaints, [], "what the phone complained about");
  });
  await page.goto(`${simulator.url}phone/?id=${name}&user=ada&language=en&fake=1&path=${name}/${name}`);
  await page.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  return page;
}

/** Changes the data of the page on top. */
const set = (page, change) => page.evaluate((change) => getCurrentPages().at(-1).setData(change), change);

/** Waits until the page on top was told an event of this type, and gives all it was told, the first first. */
async function told(page, type) {
  await page.waitForFunction((type) => getCurrentPages().at(-1).told?.some((each) => each.type === type), type);
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
  const { ALL } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  const type = (value) => (Array.isArray(value) ? "array" : value === undefined ? "any" : typeof value);
  const phone = {};
  for (const definition of ALL) {
    const own = new Set(definition.attributes.map(camelCase));
    const defineComponent = ({ properties }) => {
      const entries = Object.entries(properties).filter(([name]) => own.has(name));
      phone[definition.tag] = Object.fromEntries(entries.map(([name, { value }]) => [name, type(value)]).sort());
    };
    definition.define({ defineComponent }, {});
  }
  const listed = Object.entries(list).map(([tag, { attributes = {} }]) => [
    tag,
    // A choice is a text.
    Object.fromEntries(
      Object.entries(attributes).map(([name, type]) => [camelCase(name), Array.isArray(type) ? "string" : type]).sort(),
    ),
  ]);
  assert.deepEqual(phone, Object.fromEntries(listed));
});

test("tt:ref gives a page its components, each when it is there", async (t) => {
  const page = await open(t, "ref");
  await page.waitForFunction(() => getCurrentPages()[0].answer);
  assert.equal(await page.evaluate(() => getCurrentPages()[0].answer), "hello from one");
  const refs = () => page.evaluate(() => getCurrentPages()[0].refs);
  assert.deepEqual(await refs(), [["one", "one"], ["many", "a"], ["many", "b"]]);
  await set(page, { list: ["a", "b", "c"] });
  await page.getByText("c", { exact: true }).waitFor();
  assert.deepEqual((await refs()).at(-1), ["many", "c"]);
});
