// A Redis server of a test's own, which it may end and start again.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { certify, find } from "./proxy.mjs";
import { freePort } from "./server.mjs";

/** The path of the program, or nothing. */
export const REDIS = find("redis-server");

/**
 * Starts Redis, until the test `t` ends.
 *
 * @param options.tls whether it wants TLS, with a certificate of its own
 * @returns `url`; `certificate`, the file with it, if it has one; `kill()`, with which it forgets everything; `start()`, which starts it again; and
 *   `ask(...words)`, which sends a command and gives the answer as it stands in the protocol
 */
export async function startRedis(t, { tls = false } = {}) {
  const [port, tlsPort] = [await freePort(), await freePort()];
  const folder = mkdtempSync(join(tmpdir(), "tt-rtc-redis-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const certificate = tls ? certify(folder) : undefined;
  let child;
  let ended;

  async function start() {
    const flags = [
      "--port",
      port,
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      folder,
    ];
    if (certificate) {
      flags.push(
        "--tls-port",
        tlsPort,
        "--tls-cert-file",
        certificate.chain,
        "--tls-key-file",
        certificate.key,
      );
      flags.push("--tls-auth-clients", "no");
    }
    child = spawn(REDIS, flags.map(String), { stdio: "ignore" });
    ended = new Promise((done) => child.once("exit", done));
    while (!(await ask("PING").catch(() => ""))) await new Promise((done) => setTimeout(done, 20));
  }

  async function kill() {
    child.kill("SIGKILL");
    await ended;
  }

  function ask(...words) {
    return new Promise((done, fail) => {
      const socket = connect(port, "127.0.0.1", () => socket.write(`${words.join(" ")}\r\n`));
      socket.once("data", (data) => {
        socket.destroy();
        done(String(data));
      });
      socket.once("error", fail);
    });
  }

  t.after(kill);
  await start();
  const url = certificate ? `rediss://127.0.0.1:${tlsPort}/` : `redis://127.0.0.1:${port}/`;
  return { url, certificate: certificate?.chain, start, kill, ask };
}
