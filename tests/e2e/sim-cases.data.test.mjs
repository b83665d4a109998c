// Small programs of other people that ran on a phone and not here, as far as data, events and errors go: the folders
// of cases/.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A phone with a case, and what it complains of. No case may call `App.onError`, but for `error`. */
async function open(t, name) {
  const { url } = await simulate(t, `tests/e2e/cases/${name}`);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints = { error: [], warning: [] };
  page.on("pageerror", (error) => complaints.error.push(String(error)));
  page.on("console", (message) => complaints[message.type()]?.push(message.text()));
  const said = [];
  page.on("console", (message) => {
    if (message.type() === "log") said.push(message.text());
  });
  await page.goto(`${url}phone/?id=1&user=ada&language=en`);
  await page.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  return { page, said, ...complaints };
}

/** Waits for a warning. */
async function warned(page, list, pattern) {
  if (!list.some((text) => pattern.test(text)))
    await page.waitForEvent("console", { predicate: (message) => pattern.test(message.text()) });
  return list.find((text) => pattern.test(text));
}

/** A phone notes it at most: no red bar, no error. */
async function isFine({ page, error, said }) {
  assert.deepEqual(error, []);
  assert.deepEqual(said, []);
  assert.equal(await page.locator("phone-error").count(), 0);
}

test("handler-not-there: is a warning with the place of the binding", async (t) => {
  const phone = await open(t, "handler-not-there");
  await warned(phone.page, phone.warning, /"p\/a" has no method "nobody" to handle "over"/);
  await isFine(phone);
});

test("observer-without-method: the component works, and a change is a warning", async (t) => {
  const phone = await open(t, "observer-without-method");
  await phone.page.getByText("inside").waitFor();
  assert.deepEqual(phone.warning, []);
  await phone.page.evaluate(() => phone.setData(0, phone.pages()[0].components[0].id, { speed: 4 }));
  await warned(
    phone.page,
    phone.warning,
    /observer of property "speed" is "notThere", .* {file: c\/c\.js, line: 1/,
  );
  await isFine(phone);
});

test("property-type-list: takes values of all its types", async (t) => {
  const phone = await open(t, "property-type-list");
  await phone.page.getByText("big: true").waitFor();
  await warned(phone.page, phone.warning, /property "big".*optionalTypes/);
  await isFine(phone);
});

test("error-stays: an error goes with its page", async (t) => {
  const { page } = await open(t, "error-stays");
  await page.locator("phone-error", { hasText: "of the first page" }).waitFor();
  await page.getByText("second page").waitFor();
  await page.locator("phone-error").waitFor({ state: "detached" });
});

test("set-data-in-on-unload: changes nothing, and is no error", async (t) => {
  const phone = await open(t, "set-data-in-on-unload");
  await phone.page.getByText("second page").waitFor();
  await isFine(phone);
  assert.deepEqual(phone.warning, []);
});

test("warning-place: a list is told with its line", async (t) => {
  const phone = await open(t, "warning-place");
  await warned(phone.page, phone.warning, /neither Array nor Object/);
  await warned(phone.page, phone.warning, /not unique/);
  const place = (pattern) =>
    phone.warning.filter((text) => pattern.test(text)).map((text) => /line: \d+, column: \d+/.exec(text)[0]);
  assert.deepEqual(place(/neither Array nor Object/), ["line: 4, column: 9"]);
  // Once, although the keys were others the second time.
  assert.deepEqual(place(/not unique/), ["line: 7, column: 9"]);
  await isFine(phone);
});

test("hide-tab-bar-on-launch: there is no tab bar", async (t) => {
  const phone = await open(t, "hide-tab-bar-on-launch");
  await phone.page.getByText("no tab bar below").waitFor();
  assert.equal(await phone.page.locator("phone-tabs").isVisible(), false);
  await phone.page.evaluate(
    () => new Promise((success, fail) => tt.switchTab({ url: "/p/b", success, fail })),
  );
  assert.equal(await phone.page.locator("phone-tabs").isVisible(), false);
  await phone.page.evaluate(() => new Promise((success, fail) => tt.showTabBar({ success, fail })));
  assert.equal(await phone.page.locator("phone-tabs").isVisible(), true);
  await isFine(phone);
});
