// The simulator's server, and a browser to see it with.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

import { findProgram } from "./program.js";

/** Names of Chromium and its relatives on PATH. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge"];
/** Where installers put them that do not change PATH. */
const PLACES = {
  darwin: [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ],
  win32: [process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA]
    .filter(Boolean)
    .map((folder) => join(folder, "Google/Chrome/Application/chrome.exe")),
};

/** Switches of a Chromium that nobody looks at. */
export const UNSEEN = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  `--disable-features=${[
    // In a container there is nobody who resolves names of multicast DNS.
    "WebRtcHideLocalIpsWithMdns",
    // A renderer for each window, for suggestions to who types an address: a third of a test's processor time.
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
  ].join()}`,
];
if (process.platform === "linux") UNSEEN.push("--disable-dev-shm-usage");
if (process.platform === "linux" && process.getuid?.() === 0) UNSEEN.push("--no-sandbox");

/** Those that run; a process that ends takes them with it. */
const running = new Set();
process.once("exit", () => running.forEach((child) => child.kill()));

/**
 * Starts the simulator on a folder.
 *
 * @param args further words of its command line
 * @param cwd where that is typed
 * @returns its address; `lines`, what it has printed so far; and `stop()`
 */
export async function startSimulator(folder, args = [], cwd = process.cwd()) {
  const port = args.includes("--port") ? [] : ["--port", "0"];
  const stdio = ["ignore", "pipe", "pipe"];
  const child = spawn(findProgram(), [folder, "--no-open", ...port, ...args], { cwd, stdio });
  const stop = () => {
    const ended = new Promise((done) =>
      child.exitCode === null && child.signalCode === null ? child.once("exit", done) : done(),
    );
    // The process waits for it, now that it is asked to end.
    child.ref();
    child.kill();
    return ended;
  };
  running.add(child);
  child.once("exit", () => running.delete(child));
  const lines = [];
  const url = await new Promise((resolve, reject) => {
    const read = (line) => {
      lines.push(line);
      const ready = /^Simulator ready at (\S+)$/.exec(line);
      if (!ready) return;
      // A test that fails in one of its hooks may never come to that which ends this.
      for (const handle of [child, child.stdout, child.stderr]) handle.unref();
      resolve(ready[1]);
    };
    createInterface({ input: child.stdout }).on("line", read);
    createInterface({ input: child.stderr }).on("line", read);
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`the simulator ended:\n${lines.join("\n")}`)));
  });
  return { url, lines, stop };
}

/** The path of a browser: what TT_RTC_CHROMIUM says, or one that is installed. */
export function findBrowser() {
  if (process.env.TT_RTC_CHROMIUM) return process.env.TT_RTC_CHROMIUM;
  const folders = (process.env.PATH ?? "").split(delimiter);
  const suffix = process.platform === "win32" ? ".exe" : "";
  const onPath = NAMES.flatMap((name) => folders.map((folder) => join(folder, name + suffix)));
  return [...onPath, ...(PLACES[process.platform] ?? [])].find((path) => existsSync(path));
}

/** Playwright, which is the project's own or comes from nowhere. */
async function playwright() {
  try {
    return (await import("playwright-core")).chromium;
  } catch {
    throw new Error("tests need Playwright to drive a browser: npm install --save-dev playwright-core");
  }
}

function browserOptions({ headless = true } = {}) {
  const executablePath = findBrowser();
  if (!executablePath) {
    throw new Error(
      "there is no Chromium or Chrome on this machine: install one, or name it in TT_RTC_CHROMIUM",
    );
  }
  // Calls of a test make sound and need no tap for it.
  const args = [...UNSEEN, "--autoplay-policy=no-user-gesture-required", "--mute-audio"];
  // Whoever started it ends it.
  return { executablePath, headless, args, handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false };
}

/** A browser for one process. */
export async function startBrowser(options) {
  return (await playwright()).launch(browserOptions(options));
}

/** A browser that several processes use. */
export async function startBrowserServer(options) {
  return (await playwright()).launchServer(browserOptions(options));
}

/** The browser that {@link startBrowserServer} has at this address. */
export async function connectBrowser(address) {
  return (await playwright()).connect(address);
}
