// A real server in a process of its own, which a test may kill and start again.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { join } from "node:path";

import { root } from "../harness.mjs";

/** tt-rtc-server, as `cargo xtask` built it. */
const TT_RTC_SERVER = {
  name: "tt-rtc-server",
  /** What runs it at a port of the loopback, with more flags. */
  command: (port, flags) => [
    process.env.TT_RTC_SERVER ??
      join(root, `target/debug/tt-rtc-server${process.platform === "win32" ? ".exe" : ""}`),
    // With the operations beside the WebSocket: each server of a test has one port.
    ["serve", `--listen=127.0.0.1:${port}`, `--operations=127.0.0.1:${port}`, "--log-level=warn", ...flags],
  ],
  /** What answers with 200 as soon as it is ready. */
  ready: "/ready",
};

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
 * @param options.env more variables of its environment
 * @param options.program another server than ours: `name`, `command`, `ready` and perhaps `env`
 * @returns `url` for `install({ signaling })`, `port`, `stop()`, which shuts it down, `kill()`, which
 *   leaves it no time for a goodbye, and `start()`, which lets another one take its place
 */
export async function startServer({ port, settings = [], env: more, program = TT_RTC_SERVER } = {}) {
  const at = port ?? (await freePort());
  let child;
  let ended = Promise.resolve();

  async function start() {
    const [command, flags] = program.command(at, settings);
    const env = { ...process.env, ...program.env, ...more };
    child = spawn(command, flags, { env, stdio: ["ignore", "ignore", "inherit"] });
    const starting = child;
    ended = new Promise((done) => {
      starting.once("exit", done);
      starting.once("error", (error) => done(error));
    });
    let outcome;
    // It never rejects.
    void ended.then((how) => (outcome = how ?? "exit"));
    while (!(await isReady(at, program.ready))) {
      if (outcome !== undefined) throw new Error(`${program.name} did not start: ${outcome}`);
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  async function kill() {
    child.kill("SIGKILL");
    await ended;
  }

  async function stop() {
    child.kill("SIGTERM");
    await ended;
  }

  await start();
  return { url: `ws://127.0.0.1:${at}/`, port: at, start, stop, kill };
}

/** A session's secret, as a text. */
export const newSecret = () => randomBytes(16).toString("hex");

/** The first message of a client (crates/room/src/protocol.rs); `more` of it, such as `sources`. */
export function joinMessage(room, user, secret, { joinedAt, sources = 0 } = {}) {
  const presence = { revision: 1, visible: true, sources };
  return JSON.stringify({ join: { version: 1, app: "", room, user, secret, token: "", joinedAt, presence } });
}

/** What stands in the address for a room. */
export const hash = (room) => Buffer.from(`hash of ${room}`).toString("hex");

const ADMIN = "the token of the operators";
/** The flags of servers for `admin`. */
export const ADMINISTERED = [`--admin-token=${ADMIN}`];

/** A request to the admin API of a server. */
export function admin({ port }, method, path) {
  return fetch(`http://127.0.0.1:${port}${path}`, { method, headers: { authorization: `Bearer ${ADMIN}` } });
}

/** The rooms of a server with their numbers of members. */
export async function roomsOf(server) {
  const response = await admin(server, "GET", "/admin/rooms");
  return new Map((await response.json()).map(({ room, members }) => [room, members]));
}

async function isReady(port, path) {
  try {
    return (await fetch(`http://127.0.0.1:${port}${path}`)).ok;
  } catch {
    return false;
  }
}
