#!/usr/bin/env node
// Starts the program, or runs tests.

import { spawn } from "node:child_process";
import { constants } from "node:os";

import { findProgram } from "../lib/program.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/** Runs the program with the words that this was started with. */
function run(program, args) {
  const child = spawn(program, args, { stdio: "inherit" });
  // Ctrl-C reaches both; whoever ends this process alone ends the program, too.
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${program} cannot be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : code;
  });
}

function fail(message) {
  console.error(`tt-rtc-sim: ${message}`);
  process.exitCode = 1;
}

const [command, ...args] = process.argv.slice(2);
try {
  if (command === "test") {
    const { test } = await import("../lib/test-command.js");
    process.exitCode = await test(args);
  } else {
    run(findProgram(), process.argv.slice(2));
  }
} catch (error) {
  fail(error.message);
}
