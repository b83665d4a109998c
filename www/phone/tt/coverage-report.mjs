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

/** For each name of the typings: `why` it does not work, or nothing. */
export async function coverage() {
  const source = fileURLToPath(new URL("coverage.ts", import.meta.url));
  const { outputFiles } = await build({ entryPoints: [source], bundle: true, format: "esm", write: false });
  const { whyNot } = await import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
  return declaredNames().map((name) => ({ name, why: whyNot(name) ?? "" }));
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const table = await coverage();
  const working = table.filter(({ why }) => !why).length;
  if (process.argv.includes("--json")) {
    console.log(JSON.stringify({ names: table.length, working, table }, null, 2));
  } else {
    const width = Math.max(...table.map(({ name }) => name.length));
    for (const { name, why } of table) console.log(`${name.padEnd(width)}  ${why ? `fails: ${why}` : "works"}`);
    console.log(`\n${working} of ${table.length} functions of tt work; the others fail through \`fail\` and say why.`);
  }
  if (working < PROMISE) process.exitCode = 1;
}
