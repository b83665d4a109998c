// The simulator as its users have it: installed with npm, where there is no Rust and no repository.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { promisify } from "node:util";

import { findProgram, root, start } from "./harness.mjs";
import { onDesk } from "./phone.mjs";

const { version } = JSON.parse(await readFile(`${root}crates/simulator/npm/package.json`, "utf8"));
const PACKAGE = process.env.TT_RTC_SIM_PACKAGE ?? `${root}target/xtask/dist/tt-rtc-sim-${version}.tgz`;
/** All that is on PATH. */
const PROGRAMS = ["node", "npm", "npx", "sh"];

const run = promisify(execFile);
const windows = process.platform === "win32" && "programs are found by links";
let folder;
let env;

before(async () => {
  if (windows) return;
  folder = await mkdtemp(join(tmpdir(), "tt-rtc-install-"));
  const [bin, home] = [join(folder, "bin"), join(folder, "home")];
  await Promise.all([mkdir(bin), mkdir(home)]);
  for (const name of PROGRAMS) await symlink(findProgram(name, "", [name]), join(bin, name));
  env = { PATH: bin, HOME: home, CI: "1", npm_config_offline: "true" };
  await writeFile(join(folder, "package.json"), "{}");
  await cp(`${root}examples/call`, join(folder, "app"), { recursive: true });
  await npm("install", PACKAGE, "--no-audit", "--no-fund");
});

after(() => folder && rm(folder, { recursive: true }));

const npm = (...args) => run(join(folder, "bin/npm"), args, { cwd: folder, env });
const npx = (args, options) =>
  run(join(folder, "bin/npx"), ["tt-rtc-sim", ...args], { cwd: folder, env, ...options });

/** Starts the simulator in the folder of the mini-program; its address, and what ends it. */
async function simulate(t) {
  const child = spawn(join(folder, "bin/npx"), ["tt-rtc-sim", "--port", "0"], {
    cwd: join(folder, "app"),
    env,
    detached: true,
  });
  const end = (signal) => {
    const ended = new Promise((done) => child.once("exit", (...how) => done(how)));
    process.kill(0 - child.pid, signal);
    return ended;
  };
  t.after(() => child.exitCode ?? child.signalCode ?? end("SIGKILL"));
  for await (const line of createInterface({ input: child.stdout })) {
    const ready = /^Simulator ready at (\S+)$/.exec(line);
    if (ready) return { url: ready[1], end };
  }
  throw new Error("the simulator ended");
}

test("two phones are in a call, with nothing but Node on the machine", { skip: windows }, async (t) => {
  const { context } = await start(t, { view: { viewport: { width: 1600, height: 1000 }, locale: "en-US" } });
  const { url } = await simulate(t);
  const page = await context.newPage();
  await page.goto(url);
  const [ann, ben] = ["alice", "bob"].map((user) => onDesk(page, user));
  await ann.join();
  await ben.join();
  await ann.sees("bob");
  await ben.sees("alice");
});

test("Ctrl-C ends it, and its port is free", { skip: windows }, async (t) => {
  const { url, end } = await simulate(t);
  await end("SIGINT");
  const server = createServer();
  await new Promise((done, fail) => server.once("error", fail).listen(new URL(url).port, "127.0.0.1", done));
  server.close();
});

test("check ends with the status that CI needs", { skip: windows }, async () => {
  assert.match((await npx(["check", "app"])).stdout, /2 pages: 0 errors, 0 warnings/);
  await writeFile(join(folder, "app/app.json"), "{");
  const failed = await npx(["check", "app"]).catch((error) => error);
  assert.equal(failed.code, 1);
  assert.match(failed.stdout, /error: .*\n {2}--> app\.json:1:/);
});

test("where the program of this system is missing, it says what to do", { skip: windows }, async () => {
  const modules = join(folder, "node_modules/tt-rtc-sim/node_modules");
  await rm(modules, { recursive: true });
  const failed = await npx(["--version"]).catch((error) => error);
  assert.equal(failed.code, 1);
  assert.match(failed.stderr, /no program for this system.*\n.*tt-rtc-sim-\S+[^]*Install tt-rtc-sim again/);
});
