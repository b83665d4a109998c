// Alice and Bob in a call through a real server, with a proxy on the way of each to it and a relay
// on the way of their media. Which library makes the call is the page's business: see
// pages/recovery.html.

import { launch, serve } from "../harness.mjs";
import { startServer } from "./server.mjs";
import { startTcpProxy } from "./tcp-proxy.mjs";
import { startUdpRelay } from "./udp-relay.mjs";

/** Long enough for everything, on a slow machine too. */
const TIMEOUT = 45_000;

/** Milliseconds of the clock that all processes share, as the page has it. */
export const now = () => performance.timeOrigin + performance.now();

export const pause = (time) => new Promise((done) => setTimeout(done, time));

/** tt-rtc: its module of pages/recovery; its server is that of `startServer`. */
const TT_RTC = { page: "tt-rtc" };

/** One of the two, and what they see. */
class Participant {
  constructor(user, page, proxy, patience) {
    Object.assign(this, { user, page, proxy, patience });
  }

  /** When frames were shown of the other one's camera, from `from` on. */
  frames(from = 0) {
    return this.page.evaluate((from) => seen.frames.filter((at) => at >= from), from);
  }

  /** The connection states that the page was told, with the time of each, from `from` on. */
  states(from = 0) {
    return this.page.evaluate((from) => seen.states.filter(({ at }) => at >= from), from);
  }

  /** The lists of members that the page was told, with the time of each, from `from` on. */
  lists(from = 0) {
    return this.page.evaluate((from) => seen.lists.filter(({ at }) => at >= from), from);
  }

  /** How many peer connections were made so far. */
  connections() {
    return this.page.evaluate(() => seen.made.length);
  }

  /** Waits for the first frame shown after `time`; its time. */
  frameAfter(time) {
    return this.first(() => this.frames(time), `${this.user} sees no frame`);
  }

  /** Waits until the page is told that the connection is `connection`; when. */
  async stateAfter(time, connection) {
    const find = async () =>
      (await this.states(time)).filter((state) => state.connection === connection).map(({ at }) => at);
    return this.first(find, `${this.user} is not told of ${connection}`);
  }

  /** Waits until the page is told that these are the members; when. */
  async listAfter(time, members) {
    const find = async () =>
      (await this.lists(time)).filter(({ list }) => list === members).map(({ at }) => at);
    return this.first(find, `${this.user} is not told of ${members}`);
  }

  /** Waits for the first time that `find` gives; `Infinity` if this one's patience ends before. */
  async first(find, failure) {
    const start = now();
    for (;;) {
      const [found] = await find();
      if (found !== undefined) return found;
      if (now() > start + this.patience) return Infinity;
      if (now() > start + TIMEOUT) throw new Error(`${failure} within ${TIMEOUT} ms`);
      await pause(50);
    }
  }

  /** The longest time without a frame between `from` and `to`. */
  async longestGap(from, to) {
    const shown = (await this.frames()).filter((at) => at <= to);
    const before = shown.filter((at) => at < from).at(-1) ?? from;
    const times = [before, ...shown.filter((at) => at >= from), to];
    return Math.max(...times.slice(1).map((at, index) => at - times[index]));
  }
}

/**
 * Brings Alice and Bob into a call, and waits until each sees the other.
 *
 * @param options.processes whether each has a browser of their own
 * @param options.bobsBrowser launches another browser for Bob than Chromium
 * @param options.settings flags of the server
 * @param options.direct whether media finds its way without the relay
 * @param options.join more of what the page's `join` takes
 * @param options.library another one than tt-rtc: its module of pages/recovery as `page`, the
 *   `files` it needs and the `program` of its server
 * @param options.signaling the address of servers that run already
 * @param options.patience how many milliseconds to wait for what may never come (`Infinity` is its
 *   time then); without it, waiting in vain is an error
 */
export async function startScene({
  processes = false,
  bobsBrowser = launch,
  direct = false,
  settings,
  join = {},
  library = TT_RTC,
  patience = Infinity,
  signaling,
} = {}) {
  const closing = [];
  const close = async () => {
    for (const end of closing.reverse()) await end();
  };
  try {
    const files = await serve({ files: library.files });
    closing.push(() => files.close());
    const server = signaling ? undefined : await startServer({ settings, program: library.program });
    if (server) closing.push(() => server.kill());
    const relay = startUdpRelay();
    closing.push(() => relay.close());
    let browser;
    const enter = async (user, other, launchBrowser = launch) => {
      if (!browser || processes || launchBrowser !== launch) {
        browser = await launchBrowser();
        closing.push(
          (
            (browser) => () =>
              browser.close()
          )(browser),
        );
      }
      const proxy = server && (await startTcpProxy(server.port));
      if (proxy) closing.push(() => proxy.close());
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      if (!direct) await relay.attach(context);
      const page = await context.newPage();
      page.on("pageerror", (error) => console.error(String(error)));
      await page.goto(`${files.url}/tests/recovery.html`);
      await page.evaluate((options) => globalThis.join(options), {
        library: library.page,
        signaling: signaling ?? `ws://127.0.0.1:${proxy.port}/`,
        room: "room",
        user,
        other,
        ...join,
      });
      return new Participant(user, page, proxy, patience);
    };
    const alice = await enter("alice", "bob");
    const bob = await enter("bob", "alice", bobsBrowser);
    const people = [alice, bob];
    const shown = await Promise.all(people.map((person) => person.frameAfter(0)));
    if (shown.includes(Infinity)) throw new Error(`${library.page} makes no call`);
    // Past the first seconds, in which the encoders find their rate.
    await pause(3_000);
    return { server, relay, alice, bob, people, close };
  } catch (error) {
    await close();
    throw error;
  }
}
