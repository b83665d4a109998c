// What every end-to-end test and benchmark needs: a server for the pages and the package, a
// headless Chromium with a fake microphone and two fake cameras, and a list of what went wrong
// on the pages.
//
//   import { start } from "./harness.mjs";
//   test("two people see each other", async (t) => {
//     const { open } = await start(t);
//     const page = await open("/");
//     …
//   });
//
// `start(t)` closes everything when the test ends and makes it fail if a page reported an error
// that the test did not expect; the browser is kept for the next test of the file. Outside
// node:test, use `launch`, `serve` and their `close`.

import { accessSync, constants, createReadStream, rmSync, statSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { delimiter, extname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { findBrowser, UNSEEN } from "../../crates/simulator/npm/lib/simulator.js";

/** The project's root folder, with a slash at its end. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** What of `pkg/` a browser loads. */
export const packageFiles = ["index.js", "load.js", "bytes.js", "tt_rtc_whole.js", "tt_rtc_whole_wasm.js"];

/** What is served where, the first match deciding; the pages of tests are below /tests/. */
const FOLDERS = [
  ["/pkg/", "pkg"],
  ["/tests/", "tests/e2e/pages"],
  ["/", "examples/web"],
];

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** How long a test with a browser may take, in milliseconds: three times the longest. */
const LONGEST = 180_000;

/** How long a browser is kept for the next test of a file, in milliseconds. */
const KEPT = 500;

const folders = [];
process.on("exit", () => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder. It goes when all tests of the file have ended: no simulator sees its files go. */
export async function emptyFolder() {
  const folder = await mkdtemp(join(tmpdir(), "tt-rtc-"));
  folders.push(folder);
  return folder;
}

/** Browsers that no test has now, by the options that they were launched with. */
const idle = new Map();

/** A browser for one test: the one of the test before, if it was launched in the same way. */
async function borrow(options) {
  const key = JSON.stringify(options);
  const kept = idle.get(key);
  idle.delete(key);
  clearTimeout(kept?.close);
  const browser = kept?.browser.isConnected() ? kept.browser : await launch(options);
  return {
    browser,
    /** Closes what the test opened, and the browser if no test wants it soon. */
    async giveBack() {
      await Promise.all(browser.contexts().map((context) => context.close()));
      // Of two that a test had, one is enough.
      if (idle.has(key)) return browser.close();
      idle.set(key, {
        browser,
        close: setTimeout(() => {
          idle.delete(key);
          void browser.close();
        }, KEPT),
      });
    },
  };
}

/**
 * Starts a server and a browser for one test, which has both to itself, and ends them with it.
 *
 * @param t the test's context
 * @param options those of `launch`, `files` as for `serve`, and `view`, playwright's options for
 *   a context, such as `{ viewport: { width: 390, height: 844 }, colorScheme: "dark" }`. Cameras give
 *   five pictures a second: enough to see that they move, and calls leave two processors time for the rest
 * @returns `url` of the server without a slash at its end; `browser`; `context`; `errors`, what
 *   the pages reported so far (empty it where errors are expected: `errors.length = 0`); and
 *   `open(path)`, which gives a new page there
 */
export async function start(t, { files, view, fps = 5, ...options } = {}) {
  const server = await serve({ files });
  let borrowed;
  let late;
  // The browser first: what a page still loads is no error.
  t.after(async () => {
    clearTimeout(late);
    await borrowed?.giveBack();
    await server.close();
  });
  borrowed = await borrow({ fps, ...options });
  const { browser } = borrowed;
  // What waits for a page for ever fails here, where the test is known, and not the whole run.
  late = setTimeout(() => {
    errors.push(`the test took longer than ${LONGEST / 1000} s`);
    browser.close().catch((error) => errors.push(String(error)));
  }, LONGEST);
  // What slides in stands where it will be at once: a slow machine taps no place that something has left.
  const context = await browser.newContext({ reducedMotion: "reduce", ...view });
  const errors = watch(t, context);
  const open = async (path = "/") => {
    const page = await context.newPage();
    await page.goto(new URL(path, server.url).href);
    return page;
  };
  return { url: server.url, browser, context, errors, open };
}

/**
 * Checks something when all else of a test has ended. A check that fails in `t.after` keeps the hooks after it from
 * running, and what they would have ended keeps the process.
 */
export function atLast(t, check) {
  t.after(() => t.after(check));
}

/**
 * Makes a test fail if a page of `context` reports an error.
 *
 * @returns what they reported so far
 */
export function watch(t, context) {
  const errors = [];
  context.on("weberror", (event) => errors.push(String(event.error()?.stack ?? event.error())));
  context.on("console", (message) => {
    // A browser asks for an icon that no page here has.
    if (message.type() === "error" && !message.location().url.endsWith("/favicon.ico")) {
      errors.push(`${message.text()} (${message.location().url})`);
    }
  });
  atLast(t, () => {
    if (errors.length > 0) throw new Error(`the pages reported errors:\n${errors.join("\n")}`);
  });
  return errors;
}

/** Gives pages of uni-app the picture for the shadow of a navigation bar, which they load from another network. */
export async function withUniShadow(context) {
  const picture = { contentType: "image/svg+xml", body: '<svg xmlns="http://www.w3.org/2000/svg"/>' };
  await context.route(/^https:\/\/cdn\d?\.dcloud\.net\.cn\//, (route) => route.fulfill(picture));
}

/**
 * Launches headless Chromium with fake devices, whose camera shows a moving picture and whose
 * microphone beeps once a second.
 *
 * @param options.cameras how many cameras there are (2)
 * @param options.fps how many pictures a second they give (20)
 * @param options.permission "granted" or "denied": what the user answers when a page asks for
 *   the camera, the microphone or a screen ("granted")
 * @param options.bfcache whether pages that are left are kept for the back button (not at all)
 * @param options.args further arguments
 * @param options.program what is started in place of Chromium itself
 */
export async function launch({
  cameras = 2,
  fps = 20,
  permission = "granted",
  bfcache = false,
  args = [],
  program = findChromium(),
} = {}) {
  return chromium.launch({
    executablePath: program,
    ignoreDefaultArgs: bfcache ? ["--disable-back-forward-cache"] : [],
    args: [
      ...UNSEEN,
      "--headless=new",
      "--disable-gpu",
      `--use-fake-device-for-media-stream=device-count=${cameras},fps=${fps}`,
      permission === "denied" ? "--use-fake-ui-for-media-stream=deny" : "--use-fake-ui-for-media-stream",
      ...args,
    ],
  });
}

/**
 * Serves examples/web at /, pkg/ at /pkg/ and tests/e2e/pages at /tests/ on a free port.
 *
 * @param options.files more of it: a record of path to content, for pages that a test writes
 *   itself, or to a function of request and response
 */
export async function serve({ files = {} } = {}) {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const file = Object.hasOwn(files, pathname) ? files[pathname] : undefined;
    response.setHeader("cache-control", "no-store");
    if (typeof file === "function") {
      file(request, response);
    } else if (file !== undefined) {
      response.setHeader("content-type", TYPES[extname(pathname)] ?? "application/octet-stream");
      response.end(file);
    } else {
      sendFile(locate(pathname), response);
    }
  });
  await new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * Serves a folder for one test, as any static host would.
 *
 * @param headers sent with each file
 * @returns `url` without a slash at its end, and `missing`, what was asked for and is not there
 */
export async function serveFolder(t, folder, headers = {}) {
  const missing = [];
  const server = createServer((request, response) => {
    let path = decodeURIComponent(new URL(request.url, "http://host").pathname);
    if (path.endsWith("/")) path += "index.html";
    const file = join(folder, path);
    const isThere = statSync(file, { throwIfNoEntry: false })?.isFile();
    if (!isThere) missing.push(path);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendFile(isThere ? file : undefined, response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => (server.close(), server.closeAllConnections()));
  return { url: `http://127.0.0.1:${server.address().port}`, missing };
}

/** The file for a path, or nothing where there is none or it is outside of what is served. */
function locate(pathname) {
  const [prefix, folder] = FOLDERS.find(([prefix]) => pathname.startsWith(prefix));
  const base = join(root, folder) + sep;
  let path;
  try {
    path = resolve(base, decodeURIComponent(pathname.slice(prefix.length)));
    if (`${path}${sep}` === base || statSync(path).isDirectory()) path = join(path, "index.html");
    return `${path}`.startsWith(base) && statSync(path).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

function sendFile(path, response) {
  if (path === undefined) {
    response.writeHead(404).end("not found");
    return;
  }
  response.setHeader("content-type", TYPES[extname(path)] ?? "application/octet-stream");
  createReadStream(path).pipe(response);
}

/** The browser that `tt-rtc-sim test` would take. */
export function findChromium() {
  const browser = findBrowser();
  if (!browser) throw new Error("Chromium was not found: run `cargo xtask setup`, or set TT_RTC_CHROMIUM");
  return browser;
}

/** The path of a program: what the variable says, or the first of these names on PATH. */
export function findProgram(program, variable, names) {
  if (process.env[variable]) return process.env[variable];
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not there; perhaps in the next folder.
    }
  }
  throw new Error(`${program} was not found: run \`cargo xtask setup\`, or set ${variable}`);
}
