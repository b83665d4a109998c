// A phone, as a test has it. Names are those of miniprogram-automator, with `Tt` in place of `Wx`.

import { Page } from "./page.js";

/** How often something is looked at that is waited for, in milliseconds. */
const LOOK = 100;
/** How loud a sound is at least that is heard, 0 to 1. */
const SOUND = 0.001;
/** How long a dialogue may take to come, in milliseconds. */
const DIALOGUE = 15_000;

export class Phone {
  #screen;

  /**
   * @param user the id of whoever holds the phone
   * @param frame Playwright's frame of it
   * @param screen a locator of the phone on the desk, for screenshots
   */
  constructor(user, frame, screen) {
    Object.assign(this, { user, frame });
    this.#screen = screen;
  }

  /** The page on top. */
  async currentPage() {
    return (await this.pageStack()).at(-1);
  }

  /** The pages, bottom first. */
  async pageStack() {
    const list = await this.frame.evaluateHandle(() => getCurrentPages());
    const pages = [...(await list.getProperties()).values()];
    return Promise.all(
      pages.map(
        async (page) =>
          new Page(
            this,
            page,
            await page.evaluate(({ route, options }) => ({ path: route, query: { ...options } })),
          ),
      ),
    );
  }

  /** Opens a page in place of all others; the page. */
  reLaunch(url) {
    return this.#open("reLaunch", { url });
  }
  navigateTo(url) {
    return this.#open("navigateTo", { url });
  }
  redirectTo(url) {
    return this.#open("redirectTo", { url });
  }
  switchTab(url) {
    return this.#open("switchTab", { url });
  }
  navigateBack(delta = 1) {
    return this.#open("navigateBack", { delta });
  }

  async #open(name, options) {
    await this.callTtMethod(name, options);
    return this.currentPage();
  }

  /** Calls a function of `tt` with callbacks; what `success` gets. Rejects with what `fail` gets. */
  async callTtMethod(name, options = {}) {
    const { value, error } = await this.frame.evaluate(
      ([method, given]) =>
        new Promise((done) => {
          const called = tt[method]?.({
            ...given,
            success: (value) => done({ value }),
            fail: (error) => done({ error }),
          });
          if (typeof tt[method] !== "function") done({ error: { errMsg: `there is no tt.${method}` } });
          else if (method.endsWith("Sync")) done({ value: called });
        }),
      [name, options],
    );
    if (error)
      throw Object.assign(new Error(`tt.${name}: ${error.errMsg}`), {
        errNo: error.errNo,
        errMsg: error.errMsg,
      });
    return value;
  }

  /**
   * Lets a function of `tt` answer with `result`, without doing anything: as the result of its `success`, or of its
   * `fail` if it has an `errMsg` that says so (`scanCode:fail …`). If `result` is a function, it runs in the phone,
   * gets the options of the call and `rest`, and what it returns is the answer.
   */
  async mockTtMethod(name, result, ...rest) {
    const source = typeof result === "function" ? String(result) : null;
    await this.frame.evaluate(
      ([method, value, code, more]) => {
        const mocks = (window.mockedTt ??= new Map());
        if (!mocks.has(method)) mocks.set(method, Object.getOwnPropertyDescriptor(tt, method));
        // oxlint-disable-next-line no-eval -- the test's own function, by its text: it comes from another process
        const answer = code === null ? () => value : (0, eval)(`(${code})`);
        const mock = (options = {}) => {
          const made = answer(options, ...more);
          if (method.endsWith("Sync")) return made;
          const told = { errMsg: `${method}:ok`, ...made };
          const failed = /:fail/.test(told.errMsg);
          const callbacks = [failed ? options.fail : options.success, options.complete];
          const isCalled = callbacks.some((callback) => typeof callback === "function");
          setTimeout(() => callbacks.forEach((callback) => callback?.(told)));
          if (isCalled) return undefined;
          return failed ? Promise.reject(told) : Promise.resolve(told);
        };
        Object.defineProperty(tt, method, {
          configurable: true,
          enumerable: true,
          writable: true,
          value: mock,
        });
      },
      [name, source === null ? result : null, source, rest],
    );
  }

  async restoreTtMethod(name) {
    await this.frame.evaluate((method) => {
      const original = window.mockedTt?.get(method);
      if (original) Object.defineProperty(tt, method, original);
      window.mockedTt?.delete(method);
    }, name);
  }

  /** Runs a function in the phone, with `tt`, `getApp()` and `getCurrentPages()`; what it returns. */
  evaluate(run, ...args) {
    // oxlint-disable-next-line no-eval -- the test's own function, by its text: it comes from another process
    return this.frame.evaluate(([code, given]) => (0, eval)(`(${code})`)(...given), [String(run), args]);
  }

  /** Taps a button of a dialogue of the phone or of the page that has this text. */
  async answer(text) {
    const buttons = this.frame.getByRole("dialog").getByRole("button");
    try {
      await this.frame
        .getByRole("dialog")
        .getByRole("button", { name: text, exact: true })
        .click({ timeout: DIALOGUE });
    } catch (cause) {
      const names = (await buttons.allInnerTexts()).map((name) => JSON.stringify(name)).join(", ");
      const there = names === "" ? "there is no dialogue" : `the dialogue has ${names}`;
      throw new Error(`${this.user} cannot answer ${JSON.stringify(text)}: ${there}`, { cause });
    }
  }

  /** What the user has decided, by scope: `{ "scope.camera": "denied" }`, "granted" or "prompt". */
  permissions(permissions) {
    return this.#apply({ permissions });
  }

  /**
   * What the network does: `{ type: "none" }` is offline; `signaling: false` or `media: false` cuts one of them;
   * `delay` in milliseconds each way, `loss` 0 to 1.
   */
  network(network) {
    return this.#apply({ network });
  }

  /** What is plugged in: `{ camera: "unplugged" }`, "busy" or "ready"; `microphone` likewise. */
  devices({ camera, microphone }) {
    return this.#apply({ ...(camera && { camera }), ...(microphone && { microphone }) });
  }

  /** Whether the mini-program is in the foreground. */
  foreground(foreground) {
    return this.#apply({ foreground });
  }

  async #apply(change) {
    await this.frame.evaluate((settings) => window.phone.apply(settings), change);
  }

  /** Waits until the picture of a user on this phone moves. `mode`: "video", "screen", or "camera" for its own. */
  async sees(user, { mode = user === this.user ? "camera" : "video", timeout = 15_000 } = {}) {
    const picture = this.frame.locator(`rtc-room[user-id="${user}"][mode="${mode}"] video`).first();
    const moves = picture.evaluate(untilItMoves);
    await this.#within(moves, timeout, `${this.user} does not see a picture of ${user} that moves`);
  }

  /** Waits until there is sound of a user on this phone. */
  async hears(user, { timeout = 15_000 } = {}) {
    await this.#until(
      () => this.#level(user),
      (level) => level > SOUND,
      timeout,
      `${this.user} does not hear ${user}`,
    );
  }

  /** Waits until there is no sound of a user on this phone. */
  async hearsNothingOf(user, { timeout = 15_000 } = {}) {
    await this.#until(
      () => this.#level(user),
      (level) => level <= SOUND,
      timeout,
      `${this.user} hears ${user}`,
    );
  }

  async #level(user) {
    const { links } = await this.callStats();
    return (
      links.find(
        ({ peer, direction, source }) => peer === user && direction === "receive" && source === "microphone",
      )?.level ?? 0
    );
  }

  /** What a message of something that did not come says of the call: users are those of the call, not the phones'. */
  async #members() {
    const { roomId, userId, lists, links } = await this.callStats();
    if (roomId === "") return "it is in no call";
    const others = new Set([...Object.values(lists).flat(), ...links.map(({ peer }) => peer)]);
    others.delete(userId);
    return `it is in the call as ${userId}, with ${[...others].join(", ") || "nobody"}`;
  }

  /** Fails with this message if something takes longer. */
  async #within(promise, timeout, message) {
    let timer;
    const late = new Promise((done) => (timer = setTimeout(done, timeout, true)));
    try {
      const isLate = await Promise.race([promise.then(() => false), late]);
      // Not thrown by the timer: the stack leads to the test.
      if (isLate) throw new Error(`${message} (waited ${timeout} ms): ${await this.#members()}`);
    } finally {
      clearTimeout(timer);
      promise.catch(() => {});
    }
  }

  async #until(look, holds, timeout, message) {
    // The first look has nothing to compare with.
    await look();
    for (const since = Date.now(); ;) {
      await new Promise((done) => setTimeout(done, LOOK));
      if (holds(await look())) return;
      if (Date.now() - since > timeout)
        throw new Error(`${message} (waited ${timeout} ms): ${await this.#members()}`);
    }
  }

  /** The call as the phone has it now: room, lists, and what flows over each connection. */
  callStats() {
    return this.frame.evaluate(() => window.phone.callStats());
  }

  /** What happened on the phone so far, oldest first: console, calls of the RTC API and its events, requests. */
  records() {
    return this.frame.evaluate(() => window.phone.records());
  }

  /** A picture of the phone as PNG; written to `path` if there is one. */
  screenshot({ path } = {}) {
    return this.#screen.screenshot({ path });
  }
}

/** Waits, in a page, until the picture of a `<video>` is another one. It is sent there, so it needs nothing of this file. */
export async function untilItMoves(video) {
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
}
