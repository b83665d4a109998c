// Two copies of the library on one page, as bundles, frontends side by side and hot reloading make them;
// and a page with a strict Content-Security-Policy.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { packageFiles, root, start } from "./harness.mjs";
import { until } from "./person.mjs";

const page = "<!doctype html><title>page</title><body>";
const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'";
const packaged = (name) => readFileSync(`${root}pkg/${name}`);
const files = {
  "/blank.html": page,
  "/strict.html": (_request, response) => {
    response.writeHead(200, { "content-type": "text/html", "content-security-policy": POLICY });
    response.end(`${page}<script type="module" src="/strict.js"></script>`);
  },
  "/strict.js": `
    import init, { createWebRoomContext } from "/pkg/index.js";
    await init();
    window.violations = [];
    addEventListener("securitypolicyviolation", (event) => violations.push(event.violatedDirective));
    const element = document.createElement("rtc-room");
    document.body.append(element);
    const context = createWebRoomContext({ appId: "app" });
    context.changeVideoCapture({ state: 1, success: () => (window.captured = true) });
  `,
  ...Object.fromEntries(packageFiles.map((name) => [`/copy/${name}`, packaged(name)])),
};

/** Whether the elements of a page with these selectors have frames. */
const shown = (page, selectors) =>
  until(() =>
    page.evaluate(
      (selectors) =>
        selectors.every(
          (selector) => document.querySelector(selector).shadowRoot.querySelector("video").videoWidth > 0,
        ),
      selectors,
    ),
  );

test("tiles show the calls of both copies, and what one shows the other leaves", async (t) => {
  const { open } = await start(t, { files });
  const page = await open("/blank.html");
  await page.evaluate(async () => {
    const add = (id, user, mode) => {
      const element = Object.assign(document.createElement("rtc-room"), { id });
      element.setAttribute("user-id", user);
      element.setAttribute("mode", mode);
      document.body.append(element);
    };
    const load = async (path) => {
      const library = await import(path);
      await library.default();
      return library;
    };
    const enter = async (library, userId) => {
      const context = library.createWebRoomContext({ appId: "app" });
      const ask = (method, options) =>
        new Promise((success, fail) => context[method]({ ...options, success, fail }));
      await ask("changeVideoCapture", { state: 1 });
      await ask("joinRtcRoom", { roomId: "room", userId, token: "t" });
      return ask;
    };
    add("early", "bob", "video");
    window.first = await enter(await load("/pkg/index.js"), "alice");
    window.second = await enter(await load("/copy/index.js"), "bob");
    add("alice", "alice", "camera");
    add("bob", "bob", "camera");
    add("late", "alice", "video");
  });
  assert.ok(await shown(page, ["#early", "#alice", "#bob", "#late"]));
  const picture = (id) =>
    page.evaluate(
      (id) => document.getElementById(id).shadowRoot.querySelector("video").srcObject !== null,
      id,
    );
  await page.evaluate(() => second("changeVideoCapture", { state: 0 }));
  assert.ok(await until(async () => !(await picture("bob"))));
  assert.equal(await picture("alice"), true);
});

test("an <rtc-room> of somebody else is an error in the console", async (t) => {
  const { open, errors } = await start(t, { files });
  const page = await open("/blank.html");
  await page.evaluate(async () => {
    customElements.define("rtc-room", class extends HTMLElement {});
    const library = await import("/pkg/index.js");
    await library.default();
    library.install({ target: {} });
    library.install({ target: {} });
  });
  assert.ok(await until(() => errors.length > 0));
  assert.equal(errors.length, 1);
  assert.match(errors[0], /^tt-rtc: <rtc-room> belongs to another library/);
  errors.length = 0;
});

test("a page with a strict Content-Security-Policy has tiles with their style", async (t) => {
  const { open } = await start(t, { files });
  const page = await open("/strict.html");
  assert.ok(await until(() => page.evaluate(() => window.captured)));
  assert.ok(await shown(page, ["rtc-room"]));
  const found = await page.evaluate(() => ({
    violations,
    fit: getComputedStyle(document.querySelector("rtc-room").shadowRoot.querySelector("video")).objectFit,
  }));
  assert.deepEqual(found, { violations: [], fit: "cover" });
});
