// A real tt-rtc-server in a process of its own, which a test may kill and start again.

import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { join } from "node:path";

import { root } from "../harness.mjs";

/** The program that `cargo xtask` built. */
const PROGRAM =
  process.env.TT_RTC_SERVER ??
  join(root, `target/debug/tt-rtc-server${process.platform === "win32" ? ".exe" : ""}`);

/** A port that nobody listens at. */
export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/**
 * Starts the server and waits until it is ready.
 *
 * @param options.port where it listens (a free one)
 * @param options.settings flags of `tt-rtc-server serve`
 * @returns `url` for `install({ signaling })`, `port`, `kill()`, which leaves it no time for a
 *   goodbye, and `start()`, which lets another one take its place
 */
export async function startServer({ port, settings = [] } = {}) {
  const at = port ?? (await freePort());
  let child;
  let ended = Promise.resolve();

  async function start() {
    const flags = ["serve", "--listen", `127.0.0.1:${at}`, "--log-level", "warn", ...settings];
    child = spawn(PROGRAM, flags, { stdio: ["ignore", "ignore", "inherit"] });
    const starting = child;
    ended = new Promise((done) => {
      starting.once("exit", done);
      starting.once("error", (error) => done(error));
    });
    let outcome;
    ended.then((how) => (outcome = how ?? "exit"));
    while (!(await isReady(at))) {
      if (outcome !== undefined) throw new Error(`tt-rtc-server did not start: ${outcome}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  async function kill() {
    child.kill("SIGKILL");
    await ended;
  }

  await start();
  return { url: `ws://127.0.0.1:${at}/`, port: at, start, kill };
}

async function isReady(port) {
  try {
    return (await fetch(`http://127.0.0.1:${port}/ready`)).ok;
  } catch {
    return false;
  }
}
