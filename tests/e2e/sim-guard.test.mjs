// What pages of others can do with the simulator in the browser of a developer, and what the desk
// lets into its own page.

import assert from "node:assert/strict";
import { test } from "node:test";

import { start } from "./harness.mjs";
import { project, simulate } from "./simulator.mjs";

/** A simulator, and a browser with a page of another origin. */
async function beside(t, files) {
  const browser = await start(t, { files: { "/other.html": "<!doctype html><title>other</title>", ...files } });
  const simulator = await simulate(t, await project(t), "--phones", "1");
  return { ...browser, simulator };
}

/** The desk, once its first phone runs. */
async function openDesk(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  await page.frameLocator("iframe.phone").getByText("page a").waitFor();
  return page;
}

test("a page that opens the desk keeps no handle to it, and loads nothing of it", async (t) => {
  const { context, errors, open, simulator } = await beside(t);
  const page = await open("/other.html");
  const opened = context.waitForEvent("page");
  await page.evaluate((url) => {
    window.handle = window.open(url);
  }, simulator.url);
  const desk = await opened;
  await desk.frameLocator("iframe.phone").getByText("page a").waitFor();
  assert.equal(await desk.evaluate(() => window.opener), null);
  await page.waitForFunction(() => window.handle.closed);
  const loaded = await page.evaluate(async (url) => {
    const outcome = (element) =>
      new Promise((done) => {
        element.onload = () => done("loaded");
        element.onerror = () => done("failed");
        document.body.append(element);
      });
    const script = Object.assign(document.createElement("script"), { src: `${url}app/module/app.js.js` });
    const image = Object.assign(new Image(), { src: `${url}app/file/a.png` });
    return [await outcome(script), await outcome(image)];
  }, simulator.url);
  assert.deepEqual(loaded, ["failed", "failed"]);
  // The browser says so in the console.
  errors.length = 0;
});

test("the desk runs its own scripts only, and talks to its own server only", async (t) => {
  const { context, errors, url, simulator } = await beside(t);
  const page = await openDesk(context, simulator.url);
  const outcomes = await page.evaluate(async (url) => {
    const violations = [];
    addEventListener("securitypolicyviolation", ({ effectiveDirective }) => violations.push(effectiveDirective));
    const inline = Object.assign(document.createElement("script"), { textContent: "window.inlineRan = true" });
    const foreign = Object.assign(document.createElement("script"), { src: `${url}/other.js` });
    const frame = Object.assign(document.createElement("iframe"), { src: `${url}/other.html` });
    document.body.append(inline, foreign, frame);
    const handler = document.createElement("img");
    handler.setAttribute("onerror", "window.handlerRan = true");
    handler.src = `${url}/other.png`;
    document.body.append(handler);
    const fetched = await fetch(`${url}/other.html`, { mode: "no-cors" }).then(() => "fetched", () => "refused");
    await new Promise((done) => setTimeout(done, 300));
    return { fetched, inline: window.inlineRan, handler: window.handlerRan, violations: [...new Set(violations)].sort() };
  }, url);
  assert.deepEqual(outcomes, {
    fetched: "refused",
    inline: undefined,
    handler: undefined,
    violations: ["connect-src", "frame-src", "img-src", "script-src-attr", "script-src-elem"],
  });
  errors.length = 0;
});
