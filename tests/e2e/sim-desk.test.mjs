// The desk: phones come and go, what is set reaches them, what they do is seen in the panels. The
// mini-program is written by the test; the phones that run it are the simulator's own.

import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { emptyFolder, start } from "./harness.mjs";
import { frameOf } from "./phone.mjs";
import { simulate } from "./simulator.mjs";

const PROJECT = {
  "app.json": { pages: ["pages/home/home", "pages/other/other"], window: { navigationBarTitleText: "Desk" } },
  "app.js": `App({
  onShow() { console.info("app shown"); },
  onHide() { console.info("app hidden"); },
});
`,
  "pages/home/home.json": {},
  "pages/home/home.ttml": `<view class="count">count {{count}}</view>
<view class="tag">{{user.tags[1]}}</view>
<button bindtap="onLog">log</button>
<button bindtap="onThrow">throw</button>
<button bindtap="onKeep">keep</button>
<button bindtap="onAsk">ask</button>
<button bindtap="onGo">go</button>
`,
  "pages/home/home.js": `Page({
  data: { count: 1, user: { tags: ["a", "b"] } },
  onLog() {
    console.log("tapped", { deep: { er: [1, 2] } });
    console.warn("careful");
  },
  onThrow() {
    throw new Error("thrown in a tap");
  },
  onKeep() {
    tt.setStorageSync("prefs", { mic: true, list: [1, 2] });
  },
  onAsk() {
    tt.request({ url: "https://example.com/answer?user=x", method: "POST", data: { q: 1 } });
  },
  onGo() {
    tt.navigateTo({ url: "/pages/other/other?from=home" });
  },
});
`,
  "pages/other/other.json": {},
  "pages/other/other.ttml": `<view class="other">other</view>\n`,
  "pages/other/other.js": `Page({});\n`,
};
const MOCKS = [{ url: "https://example.com/answer", status: 201, body: { answer: 42 } }];

/** A desk over a project of its own, with a page that shows it. */
async function openDesk(t, { path = "", args = [], view, files = {} } = {}) {
  const folder = await emptyFolder();
  const write = async (file, content) => {
    const place = join(folder, "app", file);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, typeof content === "string" ? content : JSON.stringify(content, null, 2));
  };
  for (const [file, content] of Object.entries({ ...PROJECT, ...files })) await write(file, content);
  await writeFile(join(folder, "mock.json"), JSON.stringify(MOCKS));
  const { context, errors } = await start(t, { view: { viewport: { width: 1600, height: 1000 }, ...view } });
  const simulator = await simulate(t, join(folder, "app"), "--mock", join(folder, "mock.json"), ...args);
  const page = await context.newPage();
  const desk = new DeskPage(page, simulator.url);
  await desk.open(path);
  return { page, desk, context, errors, simulator, write, folder };
}

/** What a test does with the desk: by roles and names, as its users do. */
class DeskPage {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }
  async open(path = "") {
    await this.page.goto(this.url + path);
    await this.page.waitForSelector("html[data-ready]");
  }
  card(user) {
    return this.page.getByRole("region", { name: `Phone ${user}`, exact: true });
  }
  /** The phone's page, once its mini-program shows one. */
  phone(user) {
    return frameOf(this.page, user);
  }
  async controls(user) {
    const toggle = this.card(user).getByRole("button", { name: "Controls" });
    if ((await toggle.getAttribute("aria-expanded")) === "false") await toggle.click();
    return this.page.getByRole("group", { name: `Controls of ${user}`, exact: true });
  }
  async panel(name) {
    await this.page.getByRole("tab", { name }).click();
    return this.page.getByRole("tabpanel", { name });
  }
  users() {
    return this.page.$$eval("iframe.phone", (frames) => frames.map((frame) => frame.dataset.user));
  }
}

const button = (frame, name) => frame.getByRole("button", { name, exact: true });

test("phones come and go, and the others notice nothing of it", async (t) => {
  const { desk, page } = await openDesk(t);
  const [alice, bob] = [await desk.phone("alice"), await desk.phone("bob")];
  for (const frame of [alice, bob]) await frame.evaluate(() => (globalThis.mark = Math.random()));
  const marks = () => Promise.all([alice, bob].map((frame) => frame.evaluate(() => globalThis.mark)));
  const before = await marks();

  await page.getByRole("button", { name: "Add phone" }).click();
  await desk.phone("carol");
  assert.deepEqual(await desk.users(), ["alice", "bob", "carol"]);
  assert.deepEqual(await marks(), before);

  await desk.card("alice").getByRole("button", { name: "Remove Phone alice" }).click();
  await desk.card("alice").waitFor({ state: "detached" });
  assert.deepEqual(await desk.users(), ["bob", "carol"]);
  assert.equal(await bob.evaluate(() => globalThis.mark), before[1]);

  // Whoever comes next takes the place that is free.
  await page.getByRole("button", { name: "Add phone" }).click();
  await desk.phone("alice");
  assert.deepEqual(await desk.users(), ["bob", "carol", "alice"]);
});

test("a phone is as large as its model, whatever the scale", async (t) => {
  const { desk } = await openDesk(t, { view: { viewport: { width: 1100, height: 700 } } });
  const alice = await desk.phone("alice");
  const size = () => alice.evaluate(() => [innerWidth, innerHeight]);
  assert.deepEqual(await size(), [390, 844]);
  const controls = await desk.controls("alice");
  await controls.getByLabel("Model").selectOption("iPhone 8");
  await alice.waitForFunction(() => innerWidth === 375 && innerHeight === 667);
  await alice.waitForFunction(() => tt.getSystemInfoSync().model === "iPhone 8");
  await desk.card("alice").getByRole("button", { name: "Rotate" }).click();
  await alice.waitForFunction(() => innerWidth === 667 && innerHeight === 375);
});

test("what is set reaches the phone, and no other", async (t) => {
  const { desk } = await openDesk(t);
  const [alice, bob] = [await desk.phone("alice"), await desk.phone("bob")];
  const controls = await desk.controls("alice");

  await controls.getByLabel("Network type").selectOption("3g");
  const network = (frame) =>
    frame
      .evaluate(() => new Promise((success) => tt.getNetworkType({ success })))
      .then((it) => it.networkType);
  const soon = (read, expected, message) =>
    assertSoon(async () => assert.deepEqual(await read(), expected, message));
  await soon(() => network(alice), "3g");
  assert.equal(await network(bob), "wifi");
  await controls.getByLabel("Offline").check();
  await soon(() => network(alice), "none");
  await controls.getByLabel("Offline").uncheck();
  await soon(() => network(alice), "3g", "back where it was");

  await controls.getByLabel("Cut signaling").check();
  await controls.getByLabel("Cut media").check();
  await controls.getByLabel("Lag (ms)").fill("250");
  await controls.getByLabel("Loss (%)").fill("12.5");
  await controls.getByLabel("Loss (%)").press("Enter");
  const settings = () => alice.evaluate(() => phone.settings);
  await soon(async () => (await settings()).network, {
    type: "3g",
    signaling: false,
    media: false,
    delay: 250,
    loss: 0.125,
  });

  await controls.getByLabel("Camera permission").selectOption("denied");
  await controls.getByLabel("Microphone permission").selectOption("granted");
  const decided = async () => {
    const { authSetting } = await alice.evaluate(() => new Promise((success) => tt.getSetting({ success })));
    return [authSetting["scope.camera"], authSetting["scope.record"]];
  };
  await soon(decided, [false, true]);

  await controls.getByLabel("Camera", { exact: true }).selectOption("unplugged");
  await controls.getByLabel("Microphone", { exact: true }).selectOption("busy");
  await controls.getByLabel("Made picture and tone").setChecked(true);
  const devices = async () => {
    const { camera, microphone, fakeDevices } = await settings();
    return { camera, microphone, fakeDevices };
  };
  await soon(devices, { camera: "unplugged", microphone: "busy", fakeDevices: true });

  await controls.getByLabel("Language").selectOption("zh_CN");
  await controls.getByLabel("Dark").check();
  await controls.getByLabel("Latitude").fill("31.2");
  await controls.getByLabel("Nickname").fill("Alicia");
  await controls.getByLabel("Nickname").press("Enter");
  const looks = async () => {
    const { language, theme, location, user } = await settings();
    return [language, theme, location.latitude, user.nickName];
  };
  await soon(looks, ["zh_CN", "dark", 31.2, "Alicia"]);
});

test("the app goes to the background and returns, opens pages, goes back and starts anew", async (t) => {
  const { desk } = await openDesk(t);
  const alice = await desk.phone("alice");
  const panel = await desk.panel("Console");
  const hidden = panel.locator('.line[data-user="alice"]', { hasText: "app hidden" });
  const shown = panel.locator('.line[data-user="alice"]', { hasText: "app shown" });
  await shown.waitFor();

  await desk.card("alice").getByRole("button", { name: "Background" }).click();
  await hidden.waitFor();
  assert.equal(
    await desk.card("alice").getByRole("button", { name: "Background" }).getAttribute("aria-pressed"),
    "true",
  );
  await desk.card("alice").getByRole("button", { name: "Background" }).click();
  await shown.nth(1).waitFor();

  const controls = await desk.controls("alice");
  await controls.getByLabel("Page to open").fill("pages/other/other?a=1");
  await controls.getByRole("button", { name: "Open" }).click();
  await alice.locator(".other").waitFor();
  await controls.getByLabel("Page to open").fill("pages/home/home");
  await controls.getByLabel("Page to open").press("Enter");
  await alice.locator(".count").waitFor();
  await button(alice, "go").click();
  await alice.locator(".other").waitFor();
  await controls.getByRole("button", { name: "Back" }).click();
  await alice.locator(".count").waitFor();

  await alice.evaluate(() => getCurrentPages()[0].setData({ count: 7 }));
  await alice.getByText("count 7").waitFor();
  await controls.getByRole("button", { name: "Restart" }).click();
  await alice.getByText("count 1").waitFor();
});

test("all phones at once; what differs is shown as such", async (t) => {
  const { desk, page } = await openDesk(t);
  const [alice, bob] = [await desk.phone("alice"), await desk.phone("bob")];
  await page.getByRole("button", { name: "All phones" }).click();
  const all = page.getByRole("group", { name: "Controls of All phones" });
  await all.getByLabel("Offline").check();
  for (const frame of [alice, bob]) await frame.waitForFunction(() => phone.settings.network.type === "none");

  await desk.card("bob").getByRole("button", { name: "Offline" }).click();
  assert.equal(await all.getByLabel("Offline").evaluate((box) => box.indeterminate), true);
  assert.equal(await all.getByLabel("Network type").inputValue(), "");
  await all.getByLabel("Camera permission").selectOption("granted");
  for (const frame of [alice, bob])
    await frame.waitForFunction(() => phone.settings.permissions["scope.camera"] === "granted");
});

test("what a user answers in the phone shows in its controls", async (t) => {
  const { desk } = await openDesk(t);
  const alice = await desk.phone("alice");
  const controls = await desk.controls("alice");
  const asked = alice.evaluate(
    () => new Promise((complete) => tt.authorize({ scope: "scope.camera", complete })),
  );
  await alice.getByRole("button", { name: "Allow", exact: true }).click();
  await asked;
  const select = controls.getByLabel("Camera permission");
  await assertSoon(async () => assert.equal(await select.inputValue(), "granted"));
});

test("the console shows lines with their place, errors with their stack, and runs code", async (t) => {
  const { desk, page, errors } = await openDesk(t);
  const alice = await desk.phone("alice");
  const panel = await desk.panel("Console");
  await button(alice, "log").click();
  const line = panel.locator(".line", { hasText: "tapped" });
  await line.getByRole("button").first().click();
  await line.getByText("er:").waitFor();

  await button(alice, "throw").click();
  const thrown = panel.locator('.line[data-level="error"]', { hasText: "thrown in a tap" });
  await thrown.getByText("Stack").click();
  await thrown
    .locator("pre")
    .getByRole("link", { name: /home\.js:8/ })
    .waitFor();
  await desk.card("alice").getByRole("button", { name: "1 error" }).waitFor();
  errors.length = 0;

  // Only what matters, only of one phone.
  await page.getByLabel("Every level").selectOption("warn");
  await line.waitFor({ state: "detached" });
  await panel.locator(".line", { hasText: "careful" }).waitFor();
  await page.getByLabel("Every phone").selectOption({ label: "bob" });
  await panel.getByText("Nothing matches.").waitFor();
  await page.getByLabel("Every phone").selectOption("");
  await page.getByLabel("Every level").selectOption("");

  const prompt = page.getByLabel("Run JavaScript in the phone");
  await prompt.fill("getCurrentPages()[0].route");
  await prompt.press("Enter");
  await panel.locator(".line", { hasText: "pages/home/home" }).last().waitFor();
  await prompt.press("ArrowUp");
  assert.equal(await prompt.inputValue(), "getCurrentPages()[0].route");

  // A place opens the source there.
  await line.getByRole("link", { name: "pages/home/home.js:4" }).click();
  const source = page.getByRole("tabpanel", { name: "Source" });
  const here = source.locator('[aria-current="true"]');
  await here.waitFor();
  assert.match(await here.textContent(), /console\.log\("tapped"/);
});

test("thousands of lines stay few elements, with the last in sight", async (t) => {
  const { desk, page } = await openDesk(t);
  await desk.phone("alice");
  const panel = await desk.panel("Console");
  await page.evaluate(() => {
    for (let index = 1; index <= 20_000; index++) {
      desk.report("1", {
        time: Date.now(),
        kind: "console",
        level: "log",
        values: [`line ${index}`],
        at: null,
      });
    }
  });
  const last = panel.getByText("line 20000", { exact: true });
  await last.waitFor();
  assert.ok(
    await last.evaluate((element) => {
      const { bottom } = element.getBoundingClientRect();
      return bottom <= element.closest(".rows").getBoundingClientRect().bottom + 1;
    }),
  );
  const rows = () => panel.locator(".line").count();
  assert.ok((await rows()) <= 400);
  await panel.getByRole("button", { name: /earlier/ }).click();
  await assertSoon(async () => assert.ok((await rows()) > 2000));
  assert.ok((await page.evaluate(() => desk.log.console.length)) <= 5500);
});

test("the data of pages is live, and can be changed", async (t) => {
  const { desk } = await openDesk(t);
  const alice = await desk.phone("alice");
  const panel = await desk.panel("Pages");
  const column = panel.getByRole("region", { name: "Pages: alice" });
  await column.getByText("count").waitFor();
  const calls = async () => Number(/^setData\s+(\d+)×/.exec(await column.locator(".cost").innerText())[1]);
  const before = await calls();
  await alice.evaluate(() => getCurrentPages()[0].setData({ count: 5 }));
  await column.locator(".value", { hasText: /^5$/ }).waitFor();
  assert.equal(await calls(), before + 1);

  const edit = async (path, value) => {
    await column.getByRole("button", { name: `Edit ${path}`, exact: true }).click();
    const input = column.getByRole("textbox", { name: `Edit ${path}` });
    await input.fill(value);
    await input.press("Enter");
  };
  await edit("count", "41");
  await alice.getByText("count 41").waitFor();
  await column.getByRole("button", { name: "user", exact: true }).click();
  await column.getByRole("button", { name: "tags", exact: true }).click();
  await edit("user.tags[1]", '"changed"');
  await alice.locator(".tag", { hasText: "changed" }).waitFor();

  // What is no JSON is not taken.
  await column.getByRole("button", { name: "Edit count", exact: true }).click();
  const input = column.getByRole("textbox", { name: "Edit count" });
  await input.fill("{");
  await input.press("Enter");
  assert.equal(await input.getAttribute("aria-invalid"), "true");
  await input.press("Escape");
  await alice.getByText("count 41").waitFor();

  await button(alice, "go").click();
  await column.locator("summary", { hasText: "pages/other/other" }).waitFor();
});

test("storage is seen, changed, added and cleared", async (t) => {
  const { desk } = await openDesk(t);
  const [alice, bob] = [await desk.phone("alice"), await desk.phone("bob")];
  const panel = await desk.panel("Storage");
  const column = panel.getByRole("region", { name: "Storage: alice" });
  await button(alice, "keep").click();
  const read = (key) => alice.evaluate((key) => tt.getStorageSync(key), key);
  await column.getByRole("button", { name: "prefs", exact: true }).click();
  await column.getByRole("button", { name: "list", exact: true }).click();
  await column.getByRole("button", { name: "Edit prefs.list[1]" }).click();
  const input = column.getByRole("textbox", { name: "Edit prefs.list[1]" });
  await input.fill("7");
  await input.press("Enter");
  await assertSoon(async () => assert.deepEqual(await read("prefs"), { mic: true, list: [1, 7] }));

  await column.getByLabel("Key").fill("name");
  await column.getByLabel("Value", { exact: true }).fill("just text");
  await column.getByRole("button", { name: "Add" }).click();
  await assertSoon(async () => assert.equal(await read("name"), "just text"));
  assert.equal(await bob.evaluate(() => tt.getStorageSync("name")), "");
  await column.getByRole("button", { name: "Delete name" }).click();
  await assertSoon(async () => assert.equal(await read("name"), ""));
  await column.getByRole("button", { name: "Clear storage: alice" }).click();
  await column.getByText("Nothing yet.").waitFor();
  assert.equal(await read("prefs"), "");
});

test("each request with what was sent and what came back", async (t) => {
  const { desk } = await openDesk(t);
  const alice = await desk.phone("alice");
  const panel = await desk.panel("Network");
  await button(alice, "ask").click();
  const row = panel.getByRole("button", { name: /example\.com\/answer/ });
  await row.getByText("201").waitFor();
  assert.match(await row.textContent(), /alice.*POST.*mock/s);
  await row.click();
  const detail = panel.getByRole("region", { name: /example\.com\/answer/ });
  await detail.getByText("answer:").waitFor();
  await detail.getByText("Request body").waitFor();
  assert.equal(await row.getAttribute("aria-expanded"), "true");
});

test("a warning of a running page shows its place, however long the line, until the file is saved right", async (t) => {
  const { desk, write } = await openDesk(t, { view: { viewport: { width: 420, height: 900 } } });
  await desk.phone("alice");
  const panel = await desk.panel("Problems");
  await panel.getByText("No problems.").waitFor();
  const line = `${"<view>x</view>".repeat(40)}<view colour="red">y</view>${"<view>z</view>".repeat(40)}`;
  await write("pages/home/home.ttml", line);
  const problem = panel.locator(".problem.warning");
  await problem.getByText('<view> has no attribute "colour"').waitFor();
  assert.equal(await panel.locator(".problem").count(), 1, "both phones met it; it is one problem");
  const mark = problem.locator("mark");
  assert.equal(await mark.textContent(), "c");
  const [place, seen] = [await mark.boundingBox(), await panel.boundingBox()];
  assert.ok(place.x >= seen.x && place.x + place.width <= seen.x + seen.width);

  await write("pages/home/home.ttml", line.replace("colour", "class"));
  await panel.getByText("No problems.").waitFor();
});

test("a mistake in the project is shown with its place until it is repaired", async (t) => {
  const { desk, page, write, errors } = await openDesk(t);
  await desk.phone("alice");
  await write("pages/home/home.js", "Page({\n  data: { count: 1 },\n  onLoad( {\n});\n");
  await page
    .getByRole("status")
    .filter({ hasText: "The project has 1 error" })
    .getByRole("button", { name: "Show" })
    .click();
  const panel = page.getByRole("tabpanel", { name: "Problems" });
  const problem = panel.locator(".problem.error");
  await problem.getByRole("link", { name: /pages\/home\/home\.js:\d+/ }).waitFor();
  await problem.locator(".excerpt").waitFor();

  await write("pages/home/home.js", PROJECT["pages/home/home.js"]);
  await panel.getByText("No problems.").waitFor();
  await page.getByText("The project has 1 error").waitFor({ state: "detached" });
  errors.length = 0;
});

test("a phone that does not start is said so, and can be loaded again", async (t) => {
  const { desk, page, errors } = await openDesk(t);
  await desk.phone("alice");
  const panel = await desk.panel("Console");
  await page.clock.install();
  let broken = true;
  await page.route(/\/app\/manifest\.json/, (route) =>
    broken ? route.fulfill({ status: 503, body: "not today" }) : route.continue(),
  );
  await page.getByRole("button", { name: "Add phone" }).click();
  const carol = desk.card("carol");
  await carol.locator("iframe").waitFor();
  const why = panel.locator('.line.error[data-user="carol"]', {
    hasText: "the development server answers 503 to /app/manifest.json",
  });
  const notice = carol.getByRole("alert");
  const isGivenUp = async (count) => {
    await why.nth(count - 1).waitFor();
    await page.clock.runFor(15_000);
    await notice.getByText("The phone did not start").waitFor();
  };
  await isGivenUp(1);
  await carol.getByRole("button", { name: "Restart" }).click();
  await isGivenUp(2);
  errors.length = 0;
  broken = false;
  await page.clock.resume();
  await notice.getByRole("button", { name: "Load again" }).click();
  await desk.phone("carol");
  await notice.waitFor({ state: "detached" });
  errors.length = 0;
});

test("everything can be done with the keyboard", async (t) => {
  const { desk, page } = await openDesk(t);
  await desk.phone("alice");
  const focus = () =>
    page.evaluate(
      () => document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent.trim(),
    );

  // From the top on: what adds phones, then the phones, then the panels.
  await page.keyboard.press("Tab");
  assert.equal(await focus(), "All phones");
  await page.keyboard.press("Enter");
  const all = page.getByRole("group", { name: "Controls of All phones" });
  await all.waitFor();
  await all.getByLabel("Offline").focus();
  await page.keyboard.press("Space");
  assert.equal(await all.getByLabel("Offline").isChecked(), true);
  const outline = await all.getByLabel("Offline").evaluate((box) => getComputedStyle(box).outlineStyle);
  assert.equal(outline, "solid", "the focus is seen");
  await page.getByRole("button", { name: "All phones" }).press("Enter");
  await all.waitFor({ state: "detached" });

  // Tabs are one stop; arrows go from one to the next, and round.
  await page.getByRole("tab", { name: "Console" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("tabpanel", { name: "Pages" }).waitFor();
  assert.equal(await focus(), "Pages");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("tabpanel", { name: "Call" }).waitFor();
  await page.keyboard.press("Home");
  await page.getByRole("tabpanel", { name: "Console" }).waitFor();

  // The panels can be made larger and put away.
  const separator = page.getByRole("separator", { name: "Size of the panels" });
  const before = Number(await separator.getAttribute("aria-valuenow"));
  await separator.press("ArrowRight");
  await assertSoon(async () =>
    assert.equal(Number(await separator.getAttribute("aria-valuenow")), before - 32),
  );
  await page.getByRole("button", { name: "Hide panels" }).press("Enter");
  await page.getByRole("tabpanel").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Show panels" }).press("Enter");
  await page.getByRole("tabpanel", { name: "Console" }).waitFor();

  // Whose phone is removed does not lose the keyboard.
  await page.getByRole("button", { name: "Remove Phone bob" }).press("Enter");
  await desk.card("bob").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.activeElement.id), "stage");
});

test("every button, field and frame has a name", async (t) => {
  const { desk, page } = await openDesk(t);
  await desk.phone("alice");
  await desk.controls("alice");
  await page.getByRole("button", { name: "All phones" }).click();
  await page.getByRole("button", { name: "Add web participant" }).click();
  for (const name of ["Console", "Pages", "Storage", "Network", "Problems", "Call"]) {
    await desk.panel(name);
    const nameless = await page.evaluate(() => {
      const named = (element) =>
        element.getAttribute("aria-label") ||
        element.getAttribute("title") ||
        element.textContent.trim() ||
        [...(element.labels ?? [])].some((label) => label.textContent.trim());
      const all = document.querySelectorAll(
        "button, input, select, textarea, a, iframe, [role=tab], [role=separator]",
      );
      return [...all].filter((element) => !named(element)).map((element) => element.outerHTML);
    });
    assert.deepEqual(nameless, [], name);
  }
});

test("English and Chinese", async (t) => {
  const { desk, page } = await openDesk(t, { view: { locale: "zh-CN" } });
  await page.getByRole("button", { name: "添加手机" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
  await page.getByRole("tab", { name: "控制台" }).waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("button", { name: "Add phone" }).waitFor();
  // It is remembered.
  await desk.open();
  await page.getByRole("tab", { name: "Console" }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en");
});

test("settings are kept, and the address says how many phones and which page", async (t) => {
  const { desk, page } = await openDesk(t, { path: "?phones=3&path=pages/other/other%3Fa%3D1" });
  assert.deepEqual(await desk.users(), ["alice", "bob", "carol"]);
  const alice = await desk.phone("alice");
  await alice.locator(".other").waitFor();
  assert.deepEqual(await alice.evaluate(() => getCurrentPages()[0].options), { a: "1" });

  const controls = await desk.controls("bob");
  await controls.getByLabel("Model").selectOption("Mi 10");
  await controls.getByLabel("Camera permission").selectOption("denied");
  await page.getByRole("button", { name: "Move panels below" }).click();
  await desk.panel("Storage");
  await desk.open();
  assert.deepEqual(await desk.users(), ["alice", "bob", "carol"], "as it was left");
  const bob = await desk.phone("bob");
  const { device, permissions } = await bob.evaluate(() => phone.settings);
  assert.equal(device.model, "Mi 10");
  assert.equal(permissions["scope.camera"], "denied");
  await page.getByRole("tabpanel", { name: "Storage" }).waitFor();
  await page.getByRole("button", { name: "Move panels to the right" }).waitFor();
});

test("the desk says that its server is gone, and goes on when it is back", async (t) => {
  const { desk, page, errors, simulator, folder } = await openDesk(t);
  const alice = await desk.phone("alice");
  await simulator.stop();
  const banner = page.getByRole("alert").filter({ hasText: "server does not answer" });
  await banner.waitFor();
  // The phones go on with what they have.
  await button(alice, "log").click();
  await (await desk.panel("Console")).locator(".line", { hasText: "tapped" }).waitFor();
  await simulate(t, join(folder, "app"), "--port", new URL(simulator.url).port);
  await banner.waitFor({ state: "detached" });
  errors.length = 0;
});

test("a call: who sends what to whom, its steps and connections, a token, and all of it as a file", async (t) => {
  const APP = "123456789012345678901234";
  const { desk, page, errors } = await openCall(t, "--app-key", `${APP}=a-key`);
  const panel = await desk.panel("Call");
  for (const user of ["alice", "bob"]) await joinCall(await desk.phone(user));

  const room = panel.getByRole("region", { name: "Room call_demo" });
  const flow = (from, to, source) =>
    room.locator(`tr[data-from="${from}"][data-to="${to}"][data-source="${source}"]`);
  await flow("alice", "bob", "camera")
    .getByRole("img", { name: /Frame rate: [1-9]\d* fps/ })
    .waitFor();
  await flow("bob", "alice", "microphone")
    .getByRole("img", { name: /Bitrate: [1-9]/ })
    .waitFor();
  await room
    .getByRole("table", { name: "What each phone was told" })
    .getByRole("row", { name: /^alice alice, bob alice, bob/ })
    .waitFor();

  await page.getByRole("tab", { name: "Timeline" }).click();
  const step = (user, name) => panel.locator(`.step[data-user="${user}"][data-name="${name}"]`);
  await step("alice", "joinRtcRoom").getByText("joinRtcRoom:ok").waitFor();
  await step("bob", "onRtcChatMembersChanged").first().waitFor();

  await page.getByRole("tab", { name: "Connections" }).click();
  await panel.getByRole("row", { name: /alice → bob connected/ }).waitFor();
  await panel.getByText("No connection was lost.").waitFor();

  await page.getByRole("tab", { name: "Token" }).click();
  await panel.getByLabel("App id").fill(APP);
  await panel.getByRole("button", { name: "Sign token" }).click();
  await assertSoon(async () =>
    assert.match(await panel.getByRole("textbox", { name: "Token" }).inputValue(), /^001/),
  );
  await panel.getByLabel("App id").fill("another");
  await panel.getByRole("button", { name: "Sign token" }).click();
  await panel.getByRole("alert").getByText("another").waitFor();
  errors.length = 0;

  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as JSON" }).click(),
  ]);
  const saved = JSON.parse(await readFile(await download.path(), "utf8"));
  assert.deepEqual(
    saved.phones.map((phone) => phone.settings.user.id),
    ["alice", "bob"],
  );
  assert.deepEqual(saved.rooms, [{ appId: "", roomId: "call_demo", members: ["alice", "bob"] }]);
  const joined = saved.steps.find(({ user, name }) => user === "alice" && name === "joinRtcRoom");
  assert.equal(joined.result.ok, true);
  assert.equal(joined.options.roomId, "call_demo");
  assert.ok(joined.end >= joined.time);
  assert.ok(
    saved.flows.some(({ from, to, samples }) => from === "alice" && to === "bob" && samples.length > 0),
  );
  assert.ok(saved.requests.some(({ url, mocked }) => url.includes("/token") && mocked));
});

test("what was lost in a call, how it came back, and how long that took", async (t) => {
  const { desk, page } = await openDesk(t);
  await desk.phone("alice");
  const panel = await desk.panel("Call");
  await page.getByRole("tab", { name: "Connections" }).click();
  const start = Date.now();
  const tell = (after, record) =>
    page.evaluate((record) => desk.report("1", record), { time: start + after, ...record });
  const peer = (after, state) => tell(after, { kind: "connection", what: "peer", peer: "bob", state });
  const call = (after, data) =>
    tell(after, { kind: "event", name: "onRtcStateChanged", payload: { errNo: 0, errMsg: "ok", data } });
  await peer(0, "connecting");
  await peer(100, "connected");
  await call(100, { connection: "connected", quality: "good" });
  await panel.getByText("No connection was lost.").waitFor();

  await call(2000, { connection: "reconnecting", quality: "lost" });
  const outage = (what) => panel.locator(".outages tr[data-outcome]", { hasText: what });
  await outage("Call").getByText("lost", { exact: true }).waitFor();
  await peer(6000, "disconnected");
  await peer(7000, "connecting");
  await peer(8500, "connected");
  await call(8250, { connection: "connected", quality: "poor" });
  await outage("Call").getByText("6.25 s", { exact: true }).waitFor();
  assert.match(await outage("Call").textContent(), /came back.*reconnecting, lost.*connected, poor/s);
  await outage("→ bob").getByText("2.50 s", { exact: true }).waitFor();
  assert.match(await outage("→ bob").textContent(), /disconnected.*connecting.*connected/s);

  // Who leaves has lost nothing.
  await peer(9000, "closed");
  await panel.locator(".connections tr", { hasText: "→ bob" }).waitFor({ state: "detached" });
  assert.equal(await panel.locator(".outages tr[data-outcome]").count(), 2);
});

test("a web participant joins the phones' room and shares a screen, and is gone when it is removed", async (t) => {
  const { desk, page } = await openCall(t);
  const [alice, bob] = [await desk.phone("alice"), await desk.phone("bob")];
  for (const frame of [alice, bob]) await joinCall(frame);
  await page.getByRole("button", { name: "Add web participant" }).click();
  const card = page.getByRole("region", { name: "Web participant web" });
  const web = card.frameLocator("iframe.web");
  // It proposes the room that is live.
  await assertSoon(async () => assert.equal(await web.getByLabel("Room").inputValue(), "call_demo"));
  await web.getByRole("button", { name: "Join" }).click();
  await web.getByRole("listitem", { name: "bob, Camera: on, Microphone: on" }).waitFor();
  for (const frame of [alice, bob]) await plays(frame, picture("web"));

  await web.getByRole("button", { name: "Share screen" }).click();
  for (const frame of [alice, bob]) await plays(frame, picture("web", "screen"));
  await web.getByRole("button", { name: "Camera" }).click();
  await web.getByRole("listitem", { name: "web (you), Camera: off, Microphone: on" }).waitFor();

  // Whom one adds or removes meanwhile does not disturb them.
  await page.getByRole("button", { name: "Add phone" }).click();
  await desk.phone("carol");
  await plays(bob, picture("alice"));
  await card.getByRole("button", { name: "Remove Web participant web" }).click();
  for (const frame of [alice, bob]) await frame.locator(picture("web")).waitFor({ state: "detached" });
  await plays(bob, picture("alice"));
});

/** A desk over examples/call with made devices, whose user allows everything. */
async function openCall(t, ...args) {
  const { context, errors } = await start(t, { view: { viewport: { width: 1600, height: 1000 } } });
  const simulator = await simulate(t, "examples/call", "--mock", "examples/call/mock.json", ...args);
  const page = await context.newPage();
  const desk = new DeskPage(page, simulator.url);
  await desk.open("?fake=1");
  for (const user of ["alice", "bob"]) await desk.phone(user);
  await page.getByRole("button", { name: "All phones" }).click();
  const all = page.getByRole("group", { name: "Controls of All phones" });
  for (const name of ["Camera permission", "Microphone permission", "User info permission"]) {
    await all.getByLabel(name).selectOption("granted");
  }
  await all.getByRole("button", { name: "Restart" }).click();
  await page.getByRole("button", { name: "All phones" }).click();
  return { desk, page, errors };
}

/** Joins from the first page of examples/call. */
async function joinCall(frame) {
  await frame.getByRole("button", { name: "加入通话" }).click();
  await frame.locator(".tile").first().waitFor();
}

const picture = (user, mode = "video") => `rtc-room[user-id="${user}"][mode="${mode}"] video`;

/** Waits until a video has a picture and goes on. */
async function plays(frame, selector) {
  const video = frame.locator(selector).first();
  await video.waitFor();
  const time = () => video.evaluate(({ videoWidth, currentTime }) => (videoWidth > 0 ? currentTime : 0));
  const before = await time();
  await assertSoon(async () => assert.ok((await time()) > before), 15_000);
}

/** Waits until an assertion holds. */
async function assertSoon(check, patience = 5000) {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
