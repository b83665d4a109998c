// examples/call on the simulator's phones, by clicks alone: on the phones' own pages and on the
// desk's controls. What is asserted is what a user sees: pictures that move, names, microphones.

import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { root, start } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

/** The example with two phones on a desk that speaks English. */
async function begin(t, query = "") {
  const { context, errors } = await start(t, {
    view: { viewport: { width: 1600, height: 1000 }, locale: "en-US" },
  });
  const simulator = await simulate(t, "examples/call");
  const page = await context.newPage();
  await page.goto(`${simulator.url}?phones=2${query}`);
  return { page, errors, alice: new PhonePage(page, "alice"), bob: new PhonePage(page, "bob") };
}

/** A phone on the desk. */
class PhonePage {
  constructor(page, user) {
    this.user = user;
    this.screen = page.frameLocator(`iframe.phone[data-user="${user}"]`);
    this.card = page.getByRole("region", { name: `Phone ${user}` });
  }
  button(name) {
    return this.screen.getByRole("button", { name, exact: true });
  }
  async answer(name) {
    await this.screen.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  }
  /** Joins, camera and microphone being allowed. */
  async join() {
    await this.answer("Allow");
    await this.button("加入通话").click();
    await this.answer("Allow");
    await this.tile(this.user).waitFor();
  }
  tile(user, mode = "") {
    const name = mode === "screen" ? `${user} 的屏幕` : user === this.user ? `${user}（我）` : user;
    return this.screen.locator(".tile").filter({ has: this.screen.getByText(name, { exact: true }) });
  }
  mic(user, on) {
    return this.tile(user).getByLabel(on ? "麦克风已开" : "麦克风已关").waitFor();
  }
  /** Waits until the picture of `user` moves. */
  async sees(user, mode) {
    const video = this.tile(user, mode).locator("video");
    await video.evaluate(async (video) => {
      const look = () => {
        const canvas = document.createElement("canvas");
        [canvas.width, canvas.height] = [32, 32];
        const pen = canvas.getContext("2d");
        pen.drawImage(video, 0, 0, 32, 32);
        return String(pen.getImageData(0, 0, 32, 32).data);
      };
      const frame = () => new Promise((resolve) => video.requestVideoFrameCallback(resolve));
      await frame();
      const before = look();
      while (look() === before) await frame();
    });
  }
  /** The hue of a corner of the picture of `user`, in degrees. */
  hue(user) {
    return this.tile(user).locator("video").evaluate((video) => {
      const canvas = document.createElement("canvas");
      const pen = canvas.getContext("2d");
      pen.drawImage(video, 0, 0, 8, 8, 0, 0, 1, 1);
      const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
      const hue = Math.atan2(Math.sqrt(3) * (green - blue), 2 * red - green - blue);
      return ((hue * 180) / Math.PI + 360) % 360;
    });
  }
  /** The page has no picture of `user`. */
  async seesNothingOf(user) {
    await this.tile(user).locator(".initial").waitFor();
    assert.equal(await this.tile(user).locator("video").count(), 0);
  }
  async isAlone() {
    await this.screen.getByText("1 人", { exact: true }).waitFor();
  }
  /** Opens the desk's controls of this phone; those that were open stay so. */
  async controls() {
    const group = this.card.getByRole("group", { name: `Controls of ${this.user}` });
    if ((await group.count()) === 0) await this.card.getByRole("button", { name: "Controls" }).click();
    return group;
  }
}

/** Both in one room. */
async function call(t, query) {
  const desk = await begin(t, query);
  await desk.alice.join();
  await desk.bob.join();
  return desk;
}

test("two phones join by clicks, and each shows the other's moving picture and microphone", async (t) => {
  const { alice, bob } = await call(t);
  await alice.sees("bob");
  await bob.sees("alice");
  await alice.sees("alice");
  await alice.mic("bob", true);
  await bob.mic("alice", true);
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
  const { alice, bob } = await call(t, "&fake=1");
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
  const { page, alice, bob } = await call(t);
  await page.getByRole("button", { name: "Add web participant" }).click();
  const web = page.frameLocator("iframe.web");
  await web.getByLabel("Room").fill("call_demo");
  await web.getByLabel("User id").fill("carol");
  await web.getByRole("button", { name: "Join" }).click();
  await alice.sees("carol");
  await web.getByRole("button", { name: "Share screen" }).click();
  await alice.tile("carol", "screen").waitFor();
  await bob.sees("carol", "screen");
  await web.getByRole("button", { name: "Share screen" }).click();
  await bob.tile("carol", "screen").waitFor({ state: "detached" });
  await bob.sees("carol");
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

test("a permission that is taken back in a call ends the picture until it returns", async (t) => {
  const { alice, bob, errors } = await call(t);
  await bob.sees("alice");
  const controls = await alice.controls();
  await controls.getByLabel("Camera permission").selectOption("Refused");
  await alice.screen.getByText("摄像头断开了").waitFor();
  await bob.seesNothingOf("alice");
  await controls.getByLabel("Camera permission").selectOption("Allowed");
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
  const folder = await mkdtemp(join(tmpdir(), "tt-saved-"));
  t.after(() => rm(folder, { recursive: true }));
  await cp(join(root, "examples/quickstart"), folder, { recursive: true });
  const { context } = await start(t, { view: { viewport: { width: 1600, height: 1000 }, locale: "en-US" } });
  const simulator = await simulate(t, folder, "--phones", "1");
  const page = await context.newPage();
  await page.goto(simulator.url);
  const phone = new PhonePage(page, "alice");
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
