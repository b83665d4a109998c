// examples/call on the simulator's phones, by clicks alone: on the phones' own pages and on the
// desk's controls. What is asserted is what a user sees: pictures that move, names, microphones.

import assert from "node:assert/strict";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { emptyFolder, root, start } from "./harness.mjs";
import { launchDesk, onDesk } from "./phone.mjs";
import { simulate } from "./simulator.mjs";

/** Two phones in one room, with the browser's devices: web participants have no others. */
async function callWithDevices(t, folder = "examples/call") {
  const { context } = await start(t, { view: { viewport: { width: 1600, height: 1000 }, locale: "en-US" } });
  const simulator = await simulate(t, folder);
  const page = await context.newPage();
  await page.goto(`${simulator.url}?phones=2`);
  return joined(twoPhones({ page }));
}

/** Two phones with made devices. */
const begin = async (t) => twoPhones(await launchDesk(t, "examples/call"));

/** Both in one room. */
const call = async (t) => joined(await begin(t));

function twoPhones(desk) {
  return { ...desk, alice: onDesk(desk.page, "alice"), bob: onDesk(desk.page, "bob") };
}

async function joined(desk) {
  await desk.alice.join();
  await desk.bob.join();
  return desk;
}

test("two phones join by clicks, and each shows the other's moving picture and microphone", async (t) => {
  const { alice, bob } = await callWithDevices(t);
  await alice.sees("bob");
  await bob.sees("alice");
  await alice.sees("alice");
  await alice.mic("bob", true);
  await bob.mic("alice", true);
});

test("a phone that is out of sight goes on: the others see its picture, and it opens pages", async (t) => {
  const { page } = await launchDesk(t, "examples/call", 3);
  await page.setViewportSize({ width: 1000, height: 1000 });
  const [alice, carol] = [onDesk(page, "alice"), onDesk(page, "carol")];
  await carol.join();
  await alice.join();
  await page.locator("#stage").evaluate((stage) => stage.scrollTo(0, 0));
  const frame = page.frames().find((frame) => frame.url().includes("/phone/?id=3"));
  // A browser draws nothing there.
  await frame.evaluate(() => {
    new IntersectionObserver(([{ isIntersecting }]) => void (window.seen = isIntersecting)).observe(
      document.documentElement,
    );
  });
  await frame.waitForFunction(() => window.seen === false, null, { polling: 100 });
  await alice.sees("carol");
  const opened = await frame.evaluate(async () => {
    const { length } = getCurrentPages();
    const { errMsg } = await tt.navigateTo({ url: `/${getCurrentPages()[0].route}` });
    await new Promise(requestAnimationFrame);
    return [errMsg, getCurrentPages().length - length];
  });
  assert.deepEqual(opened, ["navigateTo:ok", 1]);
  await alice.sees("carol");
});

test("what one phone turns off, the other one sees", async (t) => {
  const { alice, bob } = await call(t);
  await alice.button("静音").click();
  await bob.mic("alice", false);
  await alice.button("取消静音").click();
  await bob.mic("alice", true);
  await bob.sees("alice");
  await alice.button("关摄像头").click();
  await bob.seesNothingOf("alice");
  await alice.button("开摄像头").click();
  await bob.sees("alice");
});

test("made cameras show their user, and the one at the back has another colour", async (t) => {
  const { alice, bob } = await call(t);
  await bob.sees("alice");
  const front = await bob.hue("alice");
  await alice.button("翻转").click();
  while (Math.abs((await bob.hue("alice")) - front) < 60) await bob.sees("alice");
});

test("whoever leaves is gone, and can join again", async (t) => {
  const { alice, bob } = await call(t);
  await bob.sees("alice");
  await alice.button("挂断").click();
  await bob.isAlone();
  await alice.button("加入通话").click();
  await bob.sees("alice");
  await alice.sees("bob");
});

test("a web participant joins from another platform and shares a screen", async (t) => {
  const { page, alice, bob } = await callWithDevices(t);
  await page.getByRole("button", { name: "Add web participant" }).click();
  const web = page.frameLocator("iframe.web");
  await web.getByLabel("Room").fill("call_demo");
  await web.getByLabel("User id").fill("carol");
  await web.getByRole("button", { name: "Join" }).click();
  await web.getByRole("list", { name: "People" }).waitFor();
  await alice.sees("carol");
  await web.getByRole("button", { name: "Share screen" }).click();
  await alice.tile("carol", "screen").waitFor();
  await bob.sees("carol", "screen");
  await web.getByRole("button", { name: "Share screen" }).click();
  await bob.tile("carol", "screen").waitFor({ state: "detached" });
  await bob.sees("carol");
});

test("the room of the phones is not proposed into a field that somebody fills in", async (t) => {
  const { page } = await callWithDevices(t);
  await page.context().addInitScript(() => {
    if (!location.pathname.startsWith("/web/")) return;
    const observer = new MutationObserver(() => document.querySelector("input[name=room]")?.focus());
    observer.observe(document, { childList: true, subtree: true });
  });
  await page.getByRole("button", { name: "Add web participant" }).click();
  const web = page.frameLocator("iframe.web");
  await web.locator("datalist option").waitFor({ state: "attached" });
  assert.equal(await web.getByLabel("Room").inputValue(), "");
  await web.getByLabel("Room").pressSequentially("call_demo");
  assert.equal(await web.getByLabel("Room").inputValue(), "call_demo");
});

test("a web participant who is quicker than the look-up of rooms is in the phones' room", async (t) => {
  const folder = await emptyFolder();
  await cp(join(root, "examples/call"), folder, { recursive: true });
  const app = await readFile(join(folder, "app.js"), "utf8");
  await writeFile(join(folder, "app.js"), app.replace("appId: ''", "appId: 'ttquick'"));
  const { page, alice } = await callWithDevices(t, folder);
  await page.context().addInitScript(() => {
    if (!location.pathname.startsWith("/web/")) return;
    const observer = new MutationObserver(() => {
      const form = document.querySelector("form");
      if (!form?.elements.room) return;
      observer.disconnect();
      form.elements.room.value = "call_demo";
      form.elements.user.value = "carol";
      form.requestSubmit();
    });
    observer.observe(document, { childList: true, subtree: true });
  });
  await page.getByRole("button", { name: "Add web participant" }).click();
  await alice.sees("carol");
});

test("a phone that goes offline comes back into its call", async (t) => {
  const { alice, bob, errors } = await call(t);
  await bob.sees("alice");
  const offline = alice.card.getByRole("button", { name: "Offline" });
  await offline.click();
  // 12 s after it was last heard of, the platform's members see somebody leave.
  await bob.isAlone();
  await offline.click();
  await bob.sees("alice");
  await alice.sees("bob");
  await bob.mic("alice", true);
  // The browser reports each try to reach the hub.
  errors.length = 0;
});

test("a camera that is refused is said so, and comes when it is allowed", async (t) => {
  const { alice, bob, errors } = await begin(t);
  await alice.answer("Don't allow");
  await alice.screen.getByText("请打开相机权限！").waitFor();
  await alice.button("加入通话").click();
  await alice.answer("Allow");
  await bob.join();
  await bob.seesNothingOf("alice");
  const controls = await alice.controls();
  await controls.getByLabel("Camera permission").selectOption("Allowed");
  await alice.button("开摄像头").click();
  await bob.sees("alice");
  // The page reports what it was refused.
  errors.length = 0;
});

test("a permission that is taken back in a call ends the picture until the camera is turned on again", async (t) => {
  const { alice, bob, errors } = await call(t);
  await bob.sees("alice");
  const controls = await alice.controls();
  await controls.getByLabel("Camera permission").selectOption("Refused");
  await alice.screen.getByText("摄像头断开了").waitFor();
  await bob.seesNothingOf("alice");
  await controls.getByLabel("Camera permission").selectOption("Allowed");
  // It was the user who refused: nobody turns it on again but the user.
  await alice.button("关摄像头").click();
  await alice.button("开摄像头").click();
  await bob.sees("alice");
  errors.length = 0;
});

test("a microphone that is unplugged comes back by itself", async (t) => {
  const { alice, bob, errors } = await call(t);
  await bob.mic("alice", true);
  const controls = await alice.controls();
  await controls.getByRole("combobox", { name: "Microphone", exact: true }).selectOption("Unplugged");
  await bob.mic("alice", false);
  await controls.getByRole("combobox", { name: "Microphone", exact: true }).selectOption("Ready");
  await bob.mic("alice", true);
  errors.length = 0;
});

test("a page whose script is saved during its call says that the call is over, and can join again", async (t) => {
  const folder = await emptyFolder();
  await cp(join(root, "examples/quickstart"), folder, { recursive: true });
  const { context } = await start(t, { view: { viewport: { width: 1600, height: 1000 }, locale: "en-US" } });
  const simulator = await simulate(t, folder, "--phones", "1");
  const page = await context.newPage();
  await page.goto(simulator.url);
  const phone = onDesk(page, "alice");
  const button = (name) => phone.screen.getByText(name, { exact: true });
  await button("Join").click();
  for (const _ of ["camera", "microphone"]) await phone.answer("Allow");
  await button("Leave").waitFor();

  const file = join(folder, "pages/index/index.ts");
  const source = await readFile(file, "utf8");
  await writeFile(file, source.replace("only, please.", "only."));
  await button("Join").waitFor();
  assert.equal(await button("Leave").count(), 0);
  await button("Join").click();
  await button("Leave").waitFor();

  // So it is where the whole mini-program starts anew.
  const app = join(folder, "app.ts");
  await writeFile(app, `${await readFile(app, "utf8")}\n// changed\n`);
  await button("Join").waitFor();
});
