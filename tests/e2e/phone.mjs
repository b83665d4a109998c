// A phone of the simulator that runs examples/call, as whoever holds it in their hands sees it.

import assert from "node:assert/strict";
import { resolve } from "node:path";

import { launch } from "../../crates/simulator/npm/lib/launch.js";
import { untilItMoves } from "../../crates/simulator/npm/lib/phone.js";
import { root, watch } from "./harness.mjs";
// It says which program `launch` starts.
import "./simulator.mjs";

/**
 * A desk that speaks English with phones that have made cameras, by `launch` of `tt-rtc-sim/test`. Nothing is allowed
 * yet. The test fails if a page reports an error.
 *
 * @param folder the mini-program, seen from the project's root
 * @param phones how many
 * @returns the desk as `page`, and `errors`, what the pages reported so far (empty it where errors are expected)
 */
export async function launchDesk(t, folder, phones = 2) {
  const { page } = await launch({
    test: t,
    folder: resolve(root, folder),
    phones,
    permissions: {},
    locale: "en-US",
  });
  page.setDefaultTimeout(20_000);
  return { page, errors: watch(t, page.context()) };
}

/** The phone of `user` on a desk. */
export function onDesk(page, user) {
  const card = page.getByRole("region", { name: `Phone ${user}` });
  return new Phone(user, page.frameLocator(`iframe.phone[data-user="${user}"]`), card);
}

/** The frame of the phone of `user` on a desk, once its mini-program shows a page. */
export async function frameOf(page, user) {
  const frame = await (await page.waitForSelector(`iframe.phone[data-user="${user}"]`)).contentFrame();
  // Not by frames: a phone out of sight has none.
  await frame.waitForFunction(() => globalThis.getCurrentPages?.().length > 0, null, { polling: 100 });
  return frame;
}

/** A phone: on the desk, or a page of its own. */
export class Phone {
  /**
   * @param screen what it shows: a page or a frame of one
   * @param card what the desk shows around it
   */
  constructor(user, screen, card) {
    Object.assign(this, { user, screen, card });
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
    await this.expects("the question for the microphone", this.answer("Allow"));
    await this.tile(this.user).waitFor();
  }
  tile(user, mode = "") {
    const name = mode === "screen" ? `${user} 的屏幕` : user === this.user ? `${user}（我）` : user;
    return this.screen.locator(".tile").filter({ has: this.screen.getByText(name, { exact: true }) });
  }
  mic(user, on) {
    return this.tile(user)
      .getByLabel(on ? "麦克风已开" : "麦克风已关")
      .waitFor();
  }
  /** Waits until the picture of `user` moves. */
  async sees(user, mode) {
    await this.expects(
      `the picture of ${user}`,
      this.tile(user, mode).locator("video").evaluate(untilItMoves),
    );
  }
  /** Waits for `shown`. What was there instead says more than that it was not. */
  async expects(what, shown) {
    try {
      await shown;
    } catch (error) {
      const body = this.screen.locator("body");
      const call = await body.evaluate(() => window.phone.callStats());
      throw new Error(
        `${this.user} does not see ${what}, but:\n${await body.innerText()}\n${JSON.stringify(call)}`,
        {
          cause: error,
        },
      );
    }
  }
  /** The hue of a corner of the picture of `user`, in degrees. */
  hue(user) {
    return this.tile(user)
      .locator("video")
      .evaluate((video) => {
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
