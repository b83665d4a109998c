// Small programs of other people that ran on a phone and not here, as far as `tt.*` goes: the folders
// of cases/.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { atLast, launch } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const VIEW = { viewport: { width: 390, height: 844 } };

/** A phone with the case's only page. The test fails if it complains of anything that is not `expected`. */
async function open(t, name, expected) {
  const { url } = await simulate(t, `tests/e2e/cases/${name}`);
  const context = await browser.newContext(VIEW);
  const complaints = [];
  t.after(() => context.close());
  atLast(t, () => assert.deepEqual(complaints, [], "what the phone complained about"));
  const phone = async (id) => {
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("console", (message) => {
      if (/^(error|warning)$/.test(message.type()) && !expected?.test(message.text()))
        complaints.push(message.text());
    });
    await page.goto(`${url}phone/?id=${id}&user=user${id}&language=en&fake=1`);
    await page.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
    return page;
  };
  return { page: await phone("1"), phone };
}

test("login-code: two phones that cut a user id out of a code are two users", async (t) => {
  const { page, phone } = await open(t, "login-code");
  const other = await phone("2");
  const ids = await Promise.all([page, other].map((each) => each.getByText(/^I am [^?]/).textContent()));
  assert.notEqual(ids[0], ids[1]);
  // Whatever the platform makes up differs early, from one phone to the other and from one time to the next.
  const opaque = () => tt.login().then(({ code, anonymousCode }) => [code, anonymousCode]);
  const made = (await Promise.all([page, other, page].map((each) => each.evaluate(opaque)))).flat();
  assert.equal(new Set(made.map((each) => each.slice(0, 6))).size, made.length, made.join("\n"));
});

test("two phones that join a room as one user are named on the desk, until one leaves", async (t) => {
  const { url } = await simulate(t, "tests/e2e/miniprograms/same-user", "--phones", "2");
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: "en" });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(url);
  const tap = (user, name) =>
    page.frameLocator(`iframe.phone[data-user="${user}"]`).getByRole("button", { name, exact: true }).click();
  const notice = page.getByRole("status").filter({ hasText: "one user id" });
  await tap("alice", "join");
  await page
    .frameLocator('iframe.phone[data-user="alice"]')
    .getByText(/^joinRtcRoom:/)
    .waitFor();
  assert.equal(await notice.count(), 0);
  await tap("bob", "join");
  await notice
    .filter({ hasText: "alice, bob" })
    .filter({ hasText: "lobby" })
    .filter({ hasText: "anonymou" })
    .waitFor();
  await tap("bob", "leave");
  await notice.waitFor({ state: "detached" });
});

test("toast-dims: a toast covers nothing but itself", async (t) => {
  const { page } = await open(t, "toast-dims");
  await page.getByRole("status").filter({ hasText: "hello" }).waitFor();
  const bright = await page.screenshot({ clip: { x: 0, y: 0, width: 390, height: 200 } });
  await page.evaluate(() => tt.hideToast());
  await page.getByRole("status").waitFor({ state: "detached" });
  const without = await page.screenshot({ clip: { x: 0, y: 0, width: 390, height: 200 } });
  assert.ok(bright.equals(without), "the upper part of the screen is as it is without a toast");
});

test("open-type-unknown: a value that is not the platform's does nothing, and is named in the console", async (t) => {
  const { page } = await open(t, "open-type-unknown", /^open-type="button" is no value/);
  const warned = page.waitForEvent("console", (message) => message.text().startsWith('open-type="button"'));
  const button = page.getByRole("button", { name: "count" });
  for (const count of [1, 2]) {
    await button.click();
    await page.getByText(`count: ${count}`).waitFor();
  }
  await warned;
  assert.equal(await page.getByRole("dialog").count(), 0);
});

test("authorize-data: what was allowed is in the answer", async (t) => {
  const { page } = await open(t, "authorize-data");
  await page.getByText("data is there").waitFor();
  assert.deepEqual((await page.evaluate(() => tt.authorize({ scope: "scope.userInfo" }))).data, {
    "scope.userInfo": "ok",
  });
});

test("animation-timing: any CSS timing function gives an animation its rhythm", async (t) => {
  const { page } = await open(t, "animation-timing");
  const box = page.locator("#box");
  const left = () => box.evaluate((element) => element.getBoundingClientRect().x);
  const start = await left();
  // The rhythms the box has been given, and how far it got.
  await page.evaluate(() => {
    const element = document.querySelector("[id$=box]");
    globalThis.seen = [];
    new MutationObserver(() => seen.push(getComputedStyle(element).transitionTimingFunction)).observe(
      element,
      {
        attributes: true,
        attributeFilter: ["style"],
      },
    );
  });
  await page.getByText("go", { exact: true }).click();
  await page.getByText("moving").waitFor();
  await page.waitForFunction(() => globalThis.seen.includes("cubic-bezier(0.2, 0.8, 0.4, 1)"));
  await page.waitForFunction(() => globalThis.seen.includes("steps(4)"));
  await page.waitForFunction(
    (x) => document.querySelector("[id$=box]").getBoundingClientRect().x === x,
    start,
  );
});

test("missing-apis: names that only the documentation has are functions, and unguarded calls go on", async (t) => {
  const { page } = await open(t, "missing-apis");
  await page.getByText("onShow ran to its end").waitFor();
  const kinds = await page.locator(".api, [class*=api]").allTextContents();
  assert.equal(kinds.length, 16);
  for (const kind of kinds) assert.match(kind, /^\w+: function$/);
});

test("object-methods-missing: objects have every method of the documentation", async (t) => {
  const { page } = await open(t, "object-methods-missing");
  await page.waitForFunction(() => "list" in getCurrentPages()[0].data);
  await page.waitForFunction(() => /^missing:/.test(document.querySelector("phone-page").innerText));
  assert.equal(await page.evaluate(() => getCurrentPages()[0].data.list), "");
});
