// What lies over a phone's screen: toasts, dialogues and sheets, as a phone shows them.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

let browser;
let simulator;
before(async () => {
  browser = await launch();
  // For all tests: ended below.
  simulator = await simulate({ after: () => {} }, "tests/e2e/miniprograms/api");
});
after(async () => {
  await browser?.close();
  await simulator?.stop();
});

async function open(t, language = "en") {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(
    `${simulator.url}phone/?id=${t.name.replace(/\W+/g, "-")}&user=ada&language=${language}&fake=1`,
  );
  await page.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  return page;
}

const INPUT = "type here";
/** The corners of the screen, where no overlay of these tests lies. */
const corners = async (page) =>
  Promise.all(
    [
      { x: 0, y: 0, width: 60, height: 30 },
      { x: 0, y: 700, width: 390, height: 60 },
    ].map((clip) => page.screenshot({ clip })),
  );
const same = (before, after) => before.every((picture, index) => picture.equals(after[index]));

test("a toast lets touches through and dims nothing; its mask takes them and is not seen", async (t) => {
  const page = await open(t);
  const input = page.getByPlaceholder(INPUT);
  const focused = () => page.evaluate(() => !document.activeElement.matches("body"));
  const before = await corners(page);
  for (const icon of ["none", "success", "fail", "loading"]) {
    await page.evaluate((icon) => tt.showToast({ title: "saved", icon, duration: 60_000 }), icon);
    await page.getByText("saved").waitFor();
    assert.ok(same(before, await corners(page)), `a toast with icon ${icon} changes only what it covers`);
    const box = await page.getByText("saved").boundingBox();
    assert.ok(
      Math.abs(box.x + box.width / 2 - 195) < 2 && Math.abs(box.y + box.height / 2 - 422) < 2,
      "in the middle",
    );
  }
  await input.click();
  assert.equal(await focused(), true);
  await page.evaluate(() => tt.hideKeyboard());

  await page.evaluate(() => tt.showLoading({ title: "saving", mask: true }));
  await page.getByText("saving").waitFor();
  assert.ok(same(before, await corners(page)), "a mask is transparent");
  const { x, y, width, height } = await input.boundingBox();
  await page.mouse.click(x + width / 2, y + height / 2);
  assert.equal(await focused(), false);
  await page.evaluate(() => tt.hideLoading());
  await input.click();
  assert.equal(await focused(), true);
});

test("dialogues dim the whole screen, say what a field is for, and show no ring of a keyboard that is not used", async (t) => {
  const page = await open(t);
  const before = await corners(page);
  await page.evaluate(
    () => void tt.showModal({ title: "Your name", editable: true, placeholderText: "as friends say it" }),
  );
  const field = page.getByPlaceholder("as friends say it");
  await field.waitFor();
  assert.equal(same(before, await corners(page)), false);
  const ring = () => field.evaluate((input) => getComputedStyle(input).outlineStyle);
  await field.focus();
  assert.equal(await ring(), "none");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  assert.equal(await ring(), "solid");
});

test("what the system asks shows a ring to those who use keys only", async (t) => {
  const page = await open(t);
  await page.evaluate(() => {
    phone.apply({ permissions: { "scope.record": "prompt" } });
    void tt.authorize({ scope: "scope.record" }).catch(() => {});
  });
  const allow = page.getByRole("dialog").getByRole("button").last();
  await allow.waitFor();
  const ring = () =>
    allow.evaluate((button) => `${button.matches(":focus")} ${getComputedStyle(button).outlineStyle}`);
  assert.equal(await ring(), "true none");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Tab");
  assert.equal(await ring(), "true solid");
});

test("what the system asks is dark on a dark phone", async (t) => {
  const page = await open(t);
  const colour = async () => {
    await page.evaluate(() => {
      phone.apply({ permissions: { "scope.record": "prompt" } });
      void tt.authorize({ scope: "scope.record" }).catch(() => {});
    });
    const dialog = page.getByRole("dialog");
    const shown = await dialog.evaluate((section) => getComputedStyle(section).backgroundColor);
    await dialog.getByRole("button").first().click();
    await dialog.waitFor({ state: "detached" });
    return shown;
  };
  assert.equal(await colour(), "rgb(255, 255, 255)");
  await page.evaluate(() => phone.apply({ theme: "dark" }));
  assert.equal(await colour(), "rgb(37, 38, 50)");
});
