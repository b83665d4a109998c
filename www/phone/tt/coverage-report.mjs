// Prints what of the platform's API works in the simulator: the names from its own typings, the
// rest from coverage.ts.
//
//   node www/phone/tt/coverage-report.mjs [--json]
//
// Exits with 1 where fewer work than the project promises.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

/** How many of the typings' names work at least. */
const PROMISE = 140;

/** The names that the typings declare, sorted. */
export function declaredNames() {
  const root = dirname(createRequire(import.meta.url).resolve("@douyin-microapp/typings/package.json"));
  const folders = [join(root, "api"), join(root, "api/live")];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".d.ts"))
      .map((name) => join(folder, name)),
  );
  const names = new Set();
  for (const file of [...files, join(root, "types/api.d.ts")]) {
    for (const [, name] of readFileSync(file, "utf8").matchAll(/^export (?:declare )?const (\w+)/gm)) names.add(name);
  }
  return [...names].sort();
}

/** What there is of it: `why` each function does not work or what stands in, and the components that are boxes. */
async function read() {
  const source = fileURLToPath(new URL("coverage.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [source], bundle: true, format: "esm", write: false });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** For each name of the typings: `why` it fails, or what takes the place of what it does; or nothing. */
export async function coverage() {
  const { whyNot, STAND_INS } = await read();
  const names = declaredNames();
  const strange = Object.keys(STAND_INS).filter((name) => !names.includes(name));
  if (strange.length > 0) throw new Error(`not in the typings: ${strange.join(", ")}`);
  return names.map((name) => ({ name, why: whyNot(name) ?? "", standIn: STAND_INS[name] ?? "" }));
}

/** The components that are grey boxes. */
export const boxes = async () => (await read()).BOXES;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const table = await coverage();
  const standing = table.filter(({ standIn }) => standIn).length;
  const failing = table.filter(({ why }) => why).length;
  const working = table.length - standing - failing;
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ names: table.length, working, standing, failing, table, boxes: await boxes() }, null, 2));
  } else {
    const width = Math.max(...table.map(({ name }) => name.length));
    for (const { name, why, standIn } of table) {
      console.log(`${name.padEnd(width)}  ${why ? `fails: ${why}` : standIn ? `stands in: ${standIn}` : "works"}`);
    }
    console.log(`
Of ${table.length} functions of tt
  ${String(working).padStart(3)}  work;
  ${String(standing).padStart(3)}  answer, with something else in the place of what is shown or done;
  ${String(failing).padStart(3)}  fail, through \`fail\` where they have it, and say why.
Of the built-in components these are grey boxes: ${(await boxes()).join(", ")}.`);
  }
  if (working < PROMISE) process.exitCode = 1;
}
