#!/usr/bin/env node
// Starts the program, which is in the package of this system.

import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** The packages that may have a program for this system, the likely one first. */
function packages() {
  const name = `tt-rtc-sim-${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return [name];
  // The program that is linked with musl runs on any Linux.
  const isGnu = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return isGnu ? [`${name}-gnu`, `${name}-musl`] : [`${name}-musl`];
}

function find() {
  const require = createRequire(import.meta.url);
  const file = process.platform === "win32" ? "tt-rtc-sim.exe" : "tt-rtc-sim";
  for (const name of packages()) {
    try {
      return require.resolve(`${name}/${file}`);
    } catch {
      // Not installed.
    }
  }
  return undefined;
}

const program = find();
if (program === undefined) {
  console.error(`tt-rtc-sim: there is no program for this system (${process.platform} ${process.arch}).`);
  console.error(`It is in the package ${packages().join(" or ")}, which npm leaves out with --omit=optional, and where`);
  console.error("node_modules was installed on another system. Install tt-rtc-sim again, here.");
  process.exit(1);
}

const child = spawn(program, process.argv.slice(2), { stdio: "inherit" });
// Ctrl-C reaches both; whoever ends this process alone ends the program, too.
for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  console.error(`tt-rtc-sim: ${program} cannot be started: ${error.message}`);
  process.exitCode = 1;
});
child.on("exit", (code, signal) => {
  process.exitCode = signal ? 128 + constants.signals[signal] : code;
});
