// The simulator for a test: `tt-sim` on a folder, ended with the test.
//
//   const simulator = await simulate(t, "examples/call", "--phones", "2");
//   await page.goto(simulator.url);

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { root } from "./harness.mjs";

const PROGRAM =
  process.env.TT_SIM ?? `${root}target/debug/tt-sim${process.platform === "win32" ? ".exe" : ""}`;

/** Those that no test has ended yet. */
const running = new Set();
process.once("exit", () => {
  for (const child of running) child.kill();
});

/**
 * Starts the simulator as `cargo xtask sim` would.
 *
 * @param t the test's context
 * @param folder the mini-program, seen from the project's root
 * @param args further arguments
 * @returns `url` with a slash at its end; `lines`, what it has printed so far; and `stop()`, which
 *   ends it before the test does
 */
export async function simulate(t, folder, ...args) {
  const given = [folder, "--no-open", ...args];
  if (!args.includes("--port")) given.push("--port", "0");
  const child = spawn(PROGRAM, given, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  t.after(() => child.kill());
  const lines = [];
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const stop = () => {
    child.kill();
    return ended;
  };
  return new Promise((resolve, reject) => {
    const read = (line) => {
      lines.push(line);
      const ready = /^Simulator ready at (\S+)$/.exec(line);
      if (!ready) return;
      // A test that fails in one of its hooks may never come to that which ends this.
      for (const handle of [child, child.stdout, child.stderr]) handle.unref();
      running.add(child);
      resolve({ url: ready[1], lines, stop });
    };
    createInterface({ input: child.stdout }).on("line", read);
    createInterface({ input: child.stderr }).on("line", read);
    child.on("error", reject);
    child.on("exit", () => reject(new Error(`the simulator ended:\n${lines.join("\n")}`)));
  });
}
