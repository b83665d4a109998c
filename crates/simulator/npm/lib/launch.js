// `launch`: phones for a test.

import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { Phone } from "./phone.js";
import { connectBrowser, startBrowser, startSimulator } from "./simulator.js";

/** What `tt-rtc-sim test` tells the processes that run test files. */
const { TT_RTC_TEST_SIMULATOR, TT_RTC_TEST_FOLDER, TT_RTC_TEST_BROWSER, TT_RTC_TEST_OUT } = process.env;

/** What a test may do without being asked, unless it says otherwise. */
const PERMISSIONS = { "scope.camera": "granted", "scope.record": "granted" };
/** How long a phone may take to show its first page, in milliseconds. */
const START = 30_000;
/** How long this file may take, and how long it takes to keep what phones show, in milliseconds. */
const [TIMEOUT, KEEPING] = [Number(process.env.TT_RTC_TEST_TIMEOUT ?? 2 ** 31 - 1), 3_000];
/** The room for a phone on the desk, and for the desk's panels at their widest: no phone is cut off. In CSS pixels. */
const [PHONE, PANELS] = [460, 640];

/** The one browser of this process, while it is used. */
let browser;

/**
 * Opens phones that run a mini-program, next to each other, in a context of a browser that has nothing of other tests.
 * See test.d.ts.
 */
export async function launch({
  test: t,
  folder = TT_RTC_TEST_FOLDER ?? ".",
  phones = 2,
  path = "",
  permissions = PERMISSIONS,
  mock,
  appKeys = {},
  locale = "zh-CN",
} = {}) {
  const ends = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  t?.after(close);
  try {
    const own =
      mock !== undefined || Object.keys(appKeys).length > 0 || resolve(folder) !== TT_RTC_TEST_FOLDER;
    const url = own ? await simulatorOf(folder, mock, appKeys, ends) : TT_RTC_TEST_SIMULATOR;
    await refuseErrors(url);
    browser ??= TT_RTC_TEST_BROWSER ? connectBrowser(TT_RTC_TEST_BROWSER) : startBrowser();
    // A process does not end while it has a browser.
    ends.push(closeBrowserWithLast());
    const viewport = { width: PANELS + PHONE * phones, height: 1_000 };
    // A page that slides in is where it will be at once: a tap hits what the test meant.
    const context = await (await browser).newContext({ locale, viewport, reducedMotion: "reduce" });
    ends.push(() => context.close());
    const page = await context.newPage();
    const simulator = new Simulator(page, close);
    if (t) {
      ends.push(async () => {
        if (t.error) await simulator.keep(t.name).catch(() => {});
      });
      // A file that hangs is ended without being asked: what its phones show then is all there is to learn.
      const late = setTimeout(
        () => void simulator.keep(t.name).catch(() => {}),
        TIMEOUT - performance.now() - KEEPING,
      );
      ends.push(() => clearTimeout(late));
    }
    await page.goto(`${url}?phones=${phones}&fake=1`);
    await simulator.start(phones);
    for (const phone of simulator.phones) await phone.permissions(permissions);
    if (path)
      await Promise.all(
        simulator.phones.map((phone) => phone.reLaunch(path.startsWith("/") ? path : `/${path}`)),
      );
    return simulator;
  } catch (error) {
    await close();
    throw error;
  }
}

/** Fails with the mistakes of the mini-program that keep it from running. */
async function refuseErrors(url) {
  const { problems } = await (await fetch(new URL("app/manifest.json", url))).json();
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return;
  const lines = errors.map(({ file, line, column, message }) => `  ${file}:${line}:${column}: ${message}`);
  throw new Error(
    `the mini-program has mistakes (\`tt-rtc-sim check\` shows them in full):\n${lines.join("\n")}`,
  );
}

async function simulatorOf(folder, mock, appKeys, ends) {
  const args = mock === undefined ? [] : ["--mock", mock];
  for (const [app, key] of Object.entries(appKeys)) args.push("--app-key", `${app}=${key}`);
  const { url, stop } = await startSimulator(folder, args);
  ends.push(stop);
  return url;
}

let users = 0;
/** Keeps the browser while some test uses it. */
function closeBrowserWithLast() {
  users += 1;
  return async () => {
    users -= 1;
    if (users > 0) return;
    const last = browser;
    browser = undefined;
    await (await last)?.close();
  };
}

/** A window with phones. */
export class Simulator {
  #close;

  constructor(page, close) {
    this.page = page;
    this.phones = [];
    this.#close = close;
  }

  async start(count) {
    const phones = this.page.locator("iframe.phone");
    await phones.nth(count - 1).waitFor({ timeout: START });
    for (let index = 0; index < count; index += 1) {
      const screen = phones.nth(index);
      const user = await screen.getAttribute("data-user");
      const frame = await (await screen.elementHandle()).contentFrame();
      // Not by frames of the screen: a phone that is out of sight has few.
      await frame.waitForFunction(() => globalThis.getCurrentPages?.().length > 0, null, {
        polling: 100,
        timeout: START,
      });
      this.phones.push(new Phone(user, frame, screen));
    }
  }

  /** The phone of a user. */
  phone(user) {
    const phone = this.phones.find((each) => each.user === user);
    if (!phone)
      throw new Error(
        `there is no phone of ${user}; there are ${this.phones.map((each) => each.user).join(", ")}`,
      );
    return phone;
  }

  /** Everything that phones record from now on; `stop()` returns it in order of time, each with its `user`. */
  async recordCall() {
    // The clock of the browser is that of this machine.
    const since = Date.now();
    const kinds = new Set(["call", "event", "connection"]);
    const isNew = ({ kind, time }) => kinds.has(kind) && time >= since;
    return {
      stop: async () => {
        const all = await Promise.all(
          this.phones.map(async (phone) =>
            (await phone.records()).filter(isNew).map((record) => ({ user: phone.user, ...record })),
          ),
        );
        return all.flat().sort((a, b) => a.time - b.time);
      },
    };
  }

  /** Writes a picture of each phone and what happened on it into a folder of this name, for who looks for a fault. */
  async keep(name) {
    if (this.phones.length === 0) return;
    const folder = join(
      TT_RTC_TEST_OUT ?? "test-results",
      name.replace(/[^\p{L}\p{N}.-]+/gu, "-").slice(0, 100),
    );
    await mkdir(folder, { recursive: true });
    for (const phone of this.phones) {
      const [records, pages] = await Promise.all([
        phone.records(),
        phone.frame.evaluate(() => window.phone.pages()),
      ]);
      await writeFile(join(folder, `${phone.user}.json`), JSON.stringify({ pages, records }, null, 1));
      const lines = records.filter(({ kind }) => kind === "console" || kind === "error").map(line);
      await writeFile(join(folder, `${phone.user}.log`), lines.join(""));
      await phone.screenshot({ path: join(folder, `${phone.user}.png`) });
    }
    console.error(`What the phones of "${name}" showed is in ${folder}.`);
  }

  close() {
    return this.#close();
  }
}

/** A record of the console as a line. */
function line(record) {
  const time = new Date(record.time).toISOString().slice(11, 23);
  if (record.kind === "error") return `${time} error ${record.message}\n${record.stack}\n`;
  const values = record.values.map((value) => (typeof value === "string" ? value : JSON.stringify(value)));
  return `${time} ${record.level} ${values.join(" ")}\n`;
}
