// `tt-rtc-sim test`: runs test files, with one simulator and one browser for all.

import { spawn } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { parseArgs } from "node:util";

import { startBrowserServer, startSimulator } from "./simulator.js";

const HELP = `Runs tests of a mini-program, with phones in a headless browser.

Usage: tt-rtc-sim test [PATTERN...] [OPTIONS]

PATTERN is a file, a folder, or a part of the path of a file; without one, all files below this folder that
end in .test.js or .test.mjs. They are run with node:test, and have phones from launch() of tt-rtc-sim/test.

Options:
  --folder FOLDER     the mini-program; else the folder with an app.json or project.config.json nearest
                      to the first file
  --reporter NAME     spec, tap, junit or dot (spec)
  --output FILE       where the report goes, instead of the terminal
  --results FOLDER    where a picture of each phone, its console and the events of its calls are kept for a
                      test that fails (test-results)
  --name PATTERN      only tests whose name matches
  --at-once N         how many files run at once (half the processors)
  --timeout SECONDS   how long a test file may take (300); shortly before, what its phones show is kept
  --headed            shows the browser
  --help
`;

const OPTIONS = {
  folder: { type: "string" },
  reporter: { type: "string", default: "spec" },
  output: { type: "string" },
  results: { type: "string", default: "test-results" },
  name: { type: "string" },
  "at-once": { type: "string" },
  timeout: { type: "string", default: "300" },
  headed: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
};
const REPORTERS = ["spec", "tap", "junit", "dot"];
/** Folders in which nobody's own tests are. */
const SKIPPED = new Set(["node_modules", "miniprogram_npm", "dist"]);

/** Runs the command; the status that the process ends with. */
export async function test(args) {
  const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  if (!REPORTERS.includes(values.reporter)) throw new Error(`--reporter takes ${REPORTERS.join(", ")}`);
  const seconds = number("timeout", values.timeout);
  const files = positionals.length > 0 ? positionals.flatMap(matching) : below(".");
  if (files.length === 0)
    throw new Error(
      `there is no test file${positionals.length > 0 ? ` for ${positionals.join(" ")}` : ""}: they end in .test.js or .test.mjs; --folder names the mini-program where they are not in it`,
    );
  const folder = resolve(values.folder ?? projectOf(files[0]));
  // Whatever ends this process ends all of it.
  const ends = [];
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  const stopped = new Promise((done) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => done(130));
  });
  try {
    const started = (ready, end) => ready.then((value) => (ends.push(() => end(value)), value));
    const starting = [
      started(startSimulator(folder), (simulator) => simulator.stop()),
      started(startBrowserServer({ headless: !values.headed }), (browser) => browser.close()),
    ];
    // One that starts while the other one fails is ended, too.
    await Promise.allSettled(starting);
    const [simulator, browser] = await Promise.all(starting);
    const options = [
      "--test",
      `--test-reporter=${values.reporter}`,
      `--test-reporter-destination=${values.output ?? "stdout"}`,
    ];
    options.push(`--test-timeout=${seconds * 1_000}`);
    if (values["at-once"]) options.push(`--test-concurrency=${number("at-once", values["at-once"])}`);
    if (values.name) options.push(`--test-name-pattern=${values.name}`);
    const env = {
      ...process.env,
      TT_RTC_TEST_SIMULATOR: simulator.url,
      TT_RTC_TEST_FOLDER: folder,
      TT_RTC_TEST_BROWSER: browser.wsEndpoint(),
      TT_RTC_TEST_OUT: resolve(values.results),
      TT_RTC_TEST_TIMEOUT: String(seconds * 1_000),
    };
    // Of a run of node:test that this is part of, the tests here are none.
    delete env.NODE_TEST_CONTEXT;
    const child = spawn(process.execPath, [...options, ...files], { stdio: "inherit", env });
    const ended = new Promise((done, fail) =>
      child.once("error", fail).once("exit", (code) => done(code ?? 1)),
    );
    ends.push(() => {
      child.kill();
      return ended;
    });
    return await Promise.race([ended, stopped]);
  } finally {
    await close();
  }
}

function number(name, text) {
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a number above 0, not ${text}`);
  return value;
}

/** The files that a pattern of the command line means. */
function matching(pattern) {
  if (existsSync(pattern)) return statSync(pattern).isDirectory() ? below(pattern) : [pattern];
  return below(".").filter((file) => file.includes(pattern.replaceAll("/", sep)));
}

/** The test files below a folder. */
function below(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory())
        return SKIPPED.has(entry.name) || entry.name.startsWith(".") ? [] : below(path);
      return /\.test\.m?js$/.test(entry.name) ? [path] : [];
    });
}

/** The mini-program that a test file is in, or the folder that one is in. */
function projectOf(file) {
  for (let folder = dirname(resolve(file)); ; folder = dirname(folder)) {
    if (["app.json", "project.config.json"].some((name) => existsSync(join(folder, name)))) return folder;
    if (folder === dirname(folder)) return ".";
  }
}
