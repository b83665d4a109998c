// The lines of the desk's panels: the last one stays in sight, what anybody says is there, and what
// matters of a line is seen in a narrow panel.

import assert from "node:assert/strict";
import { test } from "node:test";

import { start } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

/** A desk with one phone, and what is typed into its console. */
async function open(t, width = 1600) {
  const { context, errors } = await start(t, { view: { viewport: { width, height: 900 }, locale: "en-US" } });
  const simulator = await simulate(t, "tests/e2e/miniprograms/call-pages", "--phones", "1");
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(simulator.url);
  await page.frameLocator("iframe.phone").getByText("steps", { exact: true }).waitFor();
  const panel = (name) => page.getByRole("tab", { name }).click();
  const type = async (text) => {
    await page.getByLabel("Run JavaScript in the phone").fill(text);
    await page.keyboard.press("Enter");
  };
  return { page, errors, panel, type };
}

test("the last line of the console stays in sight, however high lines are and wherever one looked meanwhile", async (t) => {
  const { page, panel, type } = await open(t);
  const isInSight = (line) =>
    page.waitForFunction((line) => {
      const rows = document.querySelector('.rows[aria-label="Console"]');
      const last = rows?.querySelector(".line:last-of-type");
      if (!last?.textContent.includes(line)) return false;
      const [of, box] = [last, rows].map((element) => element.getBoundingClientRect());
      return Math.abs(of.bottom - box.bottom) <= 2;
    }, line);
  await type('for (let i = 0; i < 150; i++) console.log("line\\n".repeat(i % 9), { i }); "the" + "-last"');
  await isInSight("the-last");
  await panel("Pages");
  await panel("Console");
  await isInSight("the-last");

  // What somebody looks at stays where it is.
  await page.locator(".rows").evaluate((rows) => rows.scrollBy(0, -400));
  await page.waitForFunction(() => {
    const { scrollHeight, scrollTop, clientHeight } = document.querySelector(".rows");
    return scrollHeight - scrollTop - clientHeight > 300;
  });
  const first = () => page.locator(".rows").evaluate((rows) => rows.scrollTop);
  const before = await first();
  await page.frameLocator("iframe.phone").getByText("bare", { exact: true }).click();
  await page.frameLocator("iframe.phone").getByText("go", { exact: true }).click();
  await page.locator(".line", { hasText: "exitRtcRoom:fail" }).waitFor({ state: "attached" });
  assert.equal(await first(), before);
});

test("the console has what the library says of a page, what is typed, and errors with their stacks folded", async (t) => {
  const { page, errors, type } = await open(t);
  await page.frameLocator("iframe.phone").getByText("bare", { exact: true }).click();
  await page.frameLocator("iframe.phone").getByText("go", { exact: true }).click();
  // Nobody listened to these answers.
  const warning = (text) => page.locator('.line[data-level="warn"]', { hasText: text }).waitFor();
  await warning("exitRtcRoom:fail params.roomId");
  await warning("updateToken:fail params.token could not be read");
  await type('console.warn("warned" + "-of")');
  await warning("warned-of");

  // Functions show as such, those of a context by their names.
  await type('console.log("holds", { add(a, b) {}, ctx: tt.createRtcRoomContext({ appId: "" }) })');
  const holds = page.locator(".line", { hasText: "holds" }).last();
  await holds.getByRole("button").first().click();
  await holds.getByText("ƒ add()", { exact: true }).waitFor();
  await holds.getByRole("button", { name: "ctx", exact: true }).click();
  await holds.getByText("ƒ joinRtcRoom()", { exact: true }).waitFor();

  // What goes in circles, and what is large beyond measure.
  await type("({ circle: (() => { const a = { name: 'round' }; a.self = a; return a; })() })");
  const circle = page.locator(".line", { hasText: "circle" }).last();
  await circle.getByRole("button").first().click();
  await circle.getByRole("button", { name: "circle", exact: true }).click();
  await circle.getByText('self: "{…}"', { exact: true }).waitFor();
  await type("Object.assign(window, { large: 'window' }), window");
  await page.locator(".line.console", { hasText: "{window: " }).waitFor();

  await type('console.error(Object.assign(new TypeError("made"), { errNo: 7 }))');
  const line = page.locator('.line[data-level="error"]', { hasText: "TypeError: made" });
  await line.getByText("Stack").waitFor();
  assert.equal(await line.locator("pre").isVisible(), false);
  await line.locator(".twisty").first().click();
  await line.getByText("errNo: 7").waitFor();

  // What a callback throws is one line.
  await type(
    'tt.createRtcRoomContext({ appId: "" }).setAudioPlaybackDevice({ device: "earpiece", success() { throw new Error("in a " + "callback"); } })',
  );
  const thrown = page.locator('.line[data-level="error"]', { hasText: "Error: in a callback" });
  await thrown.waitFor();
  assert.equal(await thrown.count(), 1);
  errors.length = 0;
});

test("a request shows its address and what became of it in a narrow panel", async (t) => {
  const { page, panel, type } = await open(t, 700);
  await type(
    'tt.request({ url: "http://127.0.0.1:9/an/address/that/is/longer/than/the/panel/is/wide?and=so&on=1", fail() {} }); 1',
  );
  await panel("Network");
  const row = page.locator(".request");
  await row.getByText("Error").waitFor();
  const isInside = (selector, width) =>
    row.locator(selector).evaluate((part, width) => {
      const [of, box] = [part, part.closest(".rows")].map((element) => element.getBoundingClientRect());
      return of.width >= width && of.right <= box.right;
    }, width);
  await row.click();
  await page.getByText("Duration:").waitFor();
  for (const [part, width] of [
    [".status", 20],
    [".number", 20],
    [".request-url", 200],
  ])
    assert.ok(await isInside(part, width), part);
});
