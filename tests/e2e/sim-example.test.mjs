// The test that examples/call shows to users passes, run as they would run it.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";

import { findChromium, root } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

test("the example's own test passes against the simulator", async (t) => {
  const simulator = await simulate(t, "examples/call");
  const env = { ...process.env, SIMULATOR: simulator.url, TT_RTC_CHROMIUM: findChromium() };
  // Node would take it for a part of this test.
  delete env.NODE_TEST_CONTEXT;
  const child = spawn(process.execPath, ["--test", "examples/call/call.test.mjs"], { cwd: root, env });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (output += data));
  const code = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(code, 0, output);
  assert.match(output, /pass 1\n/);
});
