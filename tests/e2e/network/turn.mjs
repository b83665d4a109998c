// A real TURN server: coturn, which `cargo xtask setup` installs.

import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";

import { localAddress } from "./udp-relay.mjs";

const PROGRAM = process.env.TT_RTC_TURNSERVER ?? "turnserver";

/** A UDP port that nobody listens at. */
async function freePort(address) {
  const socket = createSocket("udp4");
  await new Promise((done) => socket.bind(0, address, done));
  const { port } = socket.address();
  await new Promise((done) => socket.close(done));
  return port;
}

/**
 * Starts coturn with a shared secret, and waits until it answers.
 *
 * @returns `url` for `--ice-turn`, and `close()`
 */
export async function startTurnServer({ secret }) {
  const address = localAddress();
  const port = await freePort(address);
  const flags = {
    "listening-ip": address,
    "listening-port": port,
    "relay-ip": address,
    "static-auth-secret": secret,
    realm: "tt-rtc",
    "log-file": "stdout",
  };
  const switches = ["use-auth-secret", "no-tls", "no-dtls", "no-cli", "no-tcp"];
  const child = spawn(
    PROGRAM,
    [
      "-n",
      ...switches.map((name) => `--${name}`),
      ...Object.entries(flags).map(([name, value]) => `--${name}=${value}`),
    ],
    { stdio: "ignore" },
  );
  const ended = new Promise((done) => {
    child.once("exit", (code) => done(`it ended with ${code}`));
    child.once("error", (error) => done(String(error)));
  });
  const close = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  const failure = await Promise.race([ended, answers(address, port)]);
  if (failure !== undefined) throw new Error(`coturn did not start: ${failure}`);
  return { url: `turn:${address}:${port}?transport=udp`, close };
}

/** Sends STUN binding requests until one is answered. */
async function answers(address, port) {
  const socket = createSocket("udp4");
  // Type and length, magic cookie, transaction id (RFC 8489, section 5).
  const request = Buffer.from(`00010000${"2112a442"}${"0".repeat(24)}`, "hex");
  const answered = new Promise((done) => socket.once("message", done));
  const asking = setInterval(() => socket.send(request, port, address), 50);
  await answered;
  clearInterval(asking);
  socket.close();
}
