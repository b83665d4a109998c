// What pages of others can do with the simulator in the browser of a developer, and what the desk
// lets into its own page.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { start } from "./harness.mjs";
import { frameOf, onDesk } from "./phone.mjs";
import { openPhone, project, simulate } from "./simulator.mjs";

/** A simulator, and a browser with a page of another origin. */
async function beside(t, files) {
  const browser = await start(t, {
    files: { "/other.html": "<!doctype html><title>other</title>", ...files },
  });
  const simulator = await simulate(t, await project(t), "--phones", "1");
  return { ...browser, simulator };
}

/** The desk, once its first phone runs. */
async function openDesk(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  await page.frameLocator("iframe.phone").first().getByText("page a").waitFor();
  return page;
}

const APP = "ttrtcexample000000000001";

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
    // The handlers before the address: the browser may refuse at once.
    const outcome = (element, path) =>
      new Promise((done) => {
        element.onload = () => done("loaded");
        element.onerror = () => done("failed");
        element.src = `${url}${path}`;
        document.body.append(element);
      });
    const script = document.createElement("script");
    return Promise.all([outcome(script, "app/module/app.js.js"), outcome(new Image(), "app/file/a.png")]);
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
    addEventListener("securitypolicyviolation", ({ effectiveDirective }) =>
      violations.push(effectiveDirective),
    );
    const inline = Object.assign(document.createElement("script"), {
      textContent: "window.inlineRan = true",
    });
    const foreign = Object.assign(document.createElement("script"), { src: `${url}/other.js` });
    const frame = Object.assign(document.createElement("iframe"), { src: `${url}/other.html` });
    document.body.append(inline, foreign, frame);
    const handler = document.createElement("img");
    handler.setAttribute("onerror", "window.handlerRan = true");
    handler.src = `${url}/other.png`;
    document.body.append(handler);
    const fetched = await fetch(`${url}/other.html`, { mode: "no-cors" }).then(
      () => "fetched",
      () => "refused",
    );
    await new Promise((done) => setTimeout(done, 300));
    return {
      fetched,
      inline: window.inlineRan,
      handler: window.handlerRan,
      violations: [...new Set(violations)].sort(),
    };
  }, url);
  assert.deepEqual(outcomes, {
    fetched: "refused",
    inline: undefined,
    handler: undefined,
    violations: ["connect-src", "frame-src", "img-src", "script-src-attr", "script-src-elem"],
  });
  errors.length = 0;
});

/** Whether a WebSocket to this address opens, from a page. */
function opens(page, address) {
  return page.evaluate(
    (address) =>
      new Promise((done) => {
        const socket = new WebSocket(address);
        socket.onopen = () => (socket.close(), done(true));
        socket.onerror = () => done(false);
      }),
    address,
  );
}

test("a page of this machine reaches the hub at the address that the desk shows, and at no other", async (t) => {
  const { context, errors, open, simulator } = await beside(t);
  const desk = await openDesk(context, simulator.url);
  await desk.getByRole("tab", { name: "Call" }).click();
  await desk.getByRole("tab", { name: "Token" }).click();
  const address = await desk.getByLabel("Signaling address").inputValue();
  assert.ok(address.startsWith(desk.url().replace("http", "ws")), address);
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await desk.getByRole("button", { name: "Copy address" }).click();
  await desk.getByRole("button", { name: "Copied" }).waitFor();
  assert.equal(await desk.evaluate(() => navigator.clipboard.readText()), address);

  const page = await open("/other.html");
  assert.equal(await opens(page, address), true);
  const without = new URL(address);
  without.search = "";
  assert.equal(await opens(page, without.href), false);
  // The secret opens the hub to it, and nothing else.
  for (const path of ["/relay?phone=x", "/socket", "/app/events"]) {
    const other = new URL(path, address);
    other.searchParams.set("secret", new URL(address).searchParams.get("secret"));
    assert.equal(await opens(page, other.href), false, path);
  }
  errors.length = 0;
});

test("phones and desk go on with a server that was started again", async (t) => {
  const { context, errors } = await start(t);
  const { url, stop } = await simulate(t, "examples/call");
  const page = await context.newPage();
  await page.goto(`${url}?phones=3&fake=1`);
  const [alice, bob, carol] = ["alice", "bob", "carol"].map((user) => onDesk(page, user));
  for (const phone of [alice, bob]) await phone.join();
  await alice.sees("bob");
  const frame = page.frames().find((frame) => frame.url().includes("/phone/?id=1"));
  const secret = () =>
    page.evaluate(async () => (await (await fetch("/")).text()).match(/tt-sim-secret" content="(\w+)"/)[1]);
  const before = await secret();
  await stop();
  await page.getByRole("alert").filter({ hasText: "server does not answer" }).waitFor();
  await simulate(t, "examples/call", "--port", new URL(url).port);
  // At once, with the secret that it had.
  const answer = await frame.evaluate(
    () =>
      new Promise((success, fail) =>
        tt.request({ url: "https://call.example.com/token?room=r&user=u", success, fail }),
      ),
  );
  assert.equal(answer.statusCode, 200);
  await page.getByRole("alert").filter({ hasText: "server does not answer" }).waitFor({ state: "detached" });
  assert.notEqual(await secret(), before);
  await carol.join();
  await carol.sees("alice");
  await bob.sees("carol");
  assert.equal(
    (await (await page.context().request.get(`${url}app/events`)).text()).includes("load the page again"),
    true,
  );
  errors.length = 0;
});

test("a desk that was left comes back with the back button, also if its server was started again meanwhile", async (t) => {
  const { errors, open } = await start(t, {
    bfcache: true,
    files: { "/other.html": "<!doctype html><title>other</title>" },
  });
  const folder = await project(t);
  const { url, stop } = await simulate(t, folder, "--phones", "1");
  const page = await open("/other.html");
  const other = page.url();
  await page.goto(url);
  const shown = page.frameLocator("iframe.phone").getByText("page a");
  await shown.waitFor();
  await page.goto(other);
  await page.goBack();
  await shown.waitFor();
  // The desk still reaches its phone, and the phone the desk.
  await page.getByRole("button", { name: "Dark" }).click();
  await page.frameLocator("iframe.phone").locator('html[data-theme="dark"]').waitFor();
  const prompt = page.getByLabel("Run JavaScript in the phone");
  await prompt.fill('`said ${"again"}`');
  await prompt.press("Enter");
  await page.locator(".line", { hasText: "said again" }).waitFor();
  await page.goto(other);
  await stop();
  await simulate(t, folder, "--phones", "1", "--port", new URL(url).port);
  await page.goBack();
  await shown.waitFor();
  // What is saved shows: the desk and its phone hear of changes.
  await writeFile(join(folder, "pages/a/a.ttml"), "<view>page changed</view>");
  await page.frameLocator("iframe.phone").getByText("page changed").waitFor();
  errors.length = 0;
});

test("a guest's phone says that it takes another invitation, where the server was started again", async (t) => {
  const { browser } = await start(t);
  const folder = await project(t);
  const { url, stop } = await simulate(t, folder);
  const expected = /Failed to load resource|WebSocket connection/;
  const page = await openPhone(t, browser, url, { expected, view: { locale: "en-US" } });
  // As a server answers that does not know the cookie of this browser.
  await page.route("**/phone/", (route) => route.fulfill({ status: 403, body: "Scan the QR code" }));
  await stop();
  const note = page.getByRole("alert").filter({ hasText: "Scan the new QR code in its terminal" });
  await note.waitFor();
  assert.equal(await note.count(), 1);
  await page.unroute("**/phone/");
  await simulate(t, folder, "--port", new URL(url).port);
  await note.waitFor({ state: "detached" });
});

test("the code of a project reaches neither the desk nor another phone", async (t) => {
  const { context, errors } = await start(t);
  const simulator = await simulate(t, await project(t), "--phones", "2", "--app-key", `${APP}=key`);
  const page = await openDesk(context, simulator.url);
  const [one, two] = await Promise.all(["alice", "bob"].map((user) => frameOf(page, user)));
  await two.evaluate(() => tt.setStorageSync("kept", "by two"));
  await two.evaluate(() => localStorage.setItem("kept", "by two"));
  const desk = new URL(page.url()).origin;
  const other = await two.evaluate(() => location.origin);
  const found = await one.evaluate(
    async ([desk, other, app]) => {
      const attempt = async (act) => {
        try {
          return await act();
        } catch (error) {
          return error.name;
        }
      };
      const asks = (url, options) => attempt(async () => (await fetch(url, options)).status);
      const secret = document.querySelector('meta[name="tt-sim-secret"]').content;
      const opens = (url) =>
        new Promise((done) => {
          const socket = new WebSocket(url.replace("http", "ws"));
          socket.onopen = () => (socket.close(), done("open"));
          socket.onerror = () => done("refused");
        });
      return {
        desk: await attempt(() => parent.document.title),
        variable: await attempt(() => parent.desk),
        phone: await attempt(() => parent.frames[1].phone),
        page: await asks(`${desk}/`),
        token: await asks(`${desk}/token?app=${app}&room=r&user=u`, { headers: { "x-tt-secret": secret } }),
        manifest: await asks(`${other}/app/manifest.json`),
        proxy: await asks(`${other}/proxy`, { method: "POST", headers: { "x-tt-secret": secret } }),
        relay: await opens(`${other}/relay?phone=x&secret=${secret}`),
        deskRelay: await opens(`${desk}/relay?phone=x&secret=${secret}`),
        kept: [tt.getStorageSync("kept"), localStorage.getItem("kept")],
        databases: (await indexedDB.databases()).length,
      };
    },
    [desk, other, APP],
  );
  assert.deepEqual(found, {
    desk: "SecurityError",
    variable: "SecurityError",
    phone: "SecurityError",
    page: "TypeError",
    token: "TypeError",
    manifest: "TypeError",
    proxy: "TypeError",
    relay: "refused",
    deskRelay: "refused",
    kept: ["", null],
    databases: 1,
  });
  // Nor does it take the desk away, not even as the user touches it.
  const before = page.url();
  await one.evaluate(() =>
    document.addEventListener("click", () => {
      try {
        top.location.href = "about:blank";
      } catch (error) {
        window.refused = error.name;
      }
    }),
  );
  await page.frameLocator("iframe.phone").first().getByText("page a").click({ force: true });
  await one.waitForFunction(() => window.refused === "SecurityError");
  assert.equal(page.url(), before);
  // The browser says so in the console.
  errors.length = 0;
});

test("a phone that another page puts into a frame shows nothing", async (t) => {
  const { errors, open, simulator } = await beside(t);
  const page = await open("/other.html");
  const phone = simulator.phoneUrl;
  await page.evaluate(
    (src) => document.body.append(Object.assign(document.createElement("iframe"), { src })),
    `${phone}phone/?id=1`,
  );
  await page.waitForFunction(() => {
    try {
      // Its own blank page is gone.
      return document.querySelector("iframe").contentDocument === null;
    } catch {
      return true;
    }
  });
  assert.equal(await page.frames()[1].locator("tt-page").count(), 0);
  assert.ok(
    errors.some((error) => error.includes("frame-ancestors")),
    errors.join("\n"),
  );
  errors.length = 0;
});

test("a phone that is busy stops neither the desk nor the other phones", async (t) => {
  const { context } = await start(t);
  const simulator = await simulate(t, await project(t), "--phones", "2");
  const page = await openDesk(context, simulator.url);
  const two = await frameOf(page, "bob");
  const prompt = page.getByLabel("Run JavaScript in the phone");
  await page.getByRole("tab", { name: "Console" }).click();
  await prompt.fill(
    'console.log("starts"); const end = Date.now() + 8_000; while (Date.now() < end); "is through"',
  );
  await prompt.press("Enter");
  const line = (text) => page.locator('.line[data-user="alice"]').getByText(text, { exact: true });
  await line("starts").waitFor();
  const card = page.getByRole("region", { name: "Phone bob" });
  await card.getByRole("button", { name: "Dark" }).click();
  await two.locator('html[data-theme="dark"]').waitFor();
  await page.getByRole("button", { name: "Add phone" }).click();
  await page.frameLocator("iframe.phone").nth(2).getByText("page a").waitFor();
  assert.equal(await line("is through").count(), 0);
  await line("is through").waitFor();
});

test("in a browser that does not take names below localhost for this machine, phones have ports of their own", async (t) => {
  const { context, errors } = await start(t, { args: ["--host-resolver-rules=MAP *.localhost ~NOTFOUND"] });
  const simulator = await simulate(t, "examples/call");
  const page = await context.newPage();
  await page.goto(`${simulator.url}?phones=2&fake=1`);
  const [alice, bob] = ["alice", "bob"].map((user) => onDesk(page, user));
  for (const phone of [alice, bob]) await phone.join();
  await alice.sees("bob");
  await bob.sees("alice");
  const origins = async () => {
    const frames = await Promise.all(["alice", "bob"].map((user) => frameOf(page, user)));
    return Promise.all(frames.map((frame) => frame.evaluate(() => location.origin)));
  };
  const found = await origins();
  assert.equal(new Set([new URL(simulator.url).origin, ...found]).size, 3, String(found));
  const [one, two] = await Promise.all(["alice", "bob"].map((user) => frameOf(page, user)));
  assert.equal(await one.evaluate(() => Reflect.ownKeys(parent).includes("desk")), false);
  assert.equal(
    await two.evaluate((other) => fetch(`${other}/app/manifest.json`).catch(({ name }) => name), found[0]),
    "TypeError",
  );
  await page.reload();
  assert.deepEqual(await origins(), found);
  // The browser says what it did not find, and what it refused.
  errors.length = 0;
});
