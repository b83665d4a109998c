// The test of examples/call, which docs/testing.md shows, run as its readers run it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";

import { findChromium, root } from "./harness.mjs";
import { PROGRAM } from "./simulator.mjs";

test("the test in the documentation passes as it is printed there", async () => {
  const env = { ...process.env, TT_RTC_SIM: PROGRAM, TT_RTC_CHROMIUM: findChromium() };
  // The run is no test of this one.
  delete env.NODE_TEST_CONTEXT;
  const command = [
    `${root}crates/simulator/npm/bin/tt-rtc-sim.js`,
    "test",
    "examples/call",
    "--reporter",
    "tap",
  ];
  const child = spawn(process.execPath, command, { cwd: root, env });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (printed += data));
  const code = await new Promise((done) => child.once("exit", done));
  assert.equal(code, 0, printed);
  assert.match(printed, /# pass 1\n/);
});
