// Prints what of the platform's API works in the simulator: the names of its own typings and of its
// documentation (documented.json), with what coverage.ts says of each. What "works" is what a test
// under tests/e2e sees the effect of; there, in front of a test,
//
//   // effect: showToast hideToast
//
// says which functions it proves, and the test has to name them.
//
//   node www/phone/tt/coverage-report.mjs [--json]
//
// Exits with 1 where a name has no class, or works without a test.

import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const documented = JSON.parse(readFileSync(here("documented.json"), "utf8"));

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
    for (const [, name] of readFileSync(file, "utf8").matchAll(/^export (?:declare )?const (\w+)/gm))
      names.add(name);
  }
  return [...names].sort();
}

/** Methods of the objects that functions give, by the object's name. */
export const documentedObjects = () =>
  Object.fromEntries(Object.entries(documented.objects).map(([name, methods]) => [name, methods.split(" ")]));

/** What there is of it: `why` each function does not work or what stands in, and the components that are boxes. */
async function read() {
  const { outputFiles } = await build({
    entryPoints: [here("coverage.ts")],
    bundle: true,
    format: "esm",
    write: false,
  });
  return import(`data:text/javascript,${encodeURIComponent(outputFiles[0].text)}`);
}

/** The functions whose effect a test sees, each with the first such test. */
export function effects() {
  const proven = new Map();
  const folder = here("../../../tests/e2e/");
  for (const file of readdirSync(folder).filter((name) => /^sim-.*\.test\.mjs$/.test(name))) {
    let text = readFileSync(join(folder, file), "utf8");
    // A long list may go on in further lines.
    for (const more = /^( *\/\/ effect: .*)\n *\/\/ effect: /m; more.test(text);)
      text = text.replace(more, "$1 ");
    const pieces = text.split(/^ *\/\/ effect: /m);
    for (const piece of pieces.slice(1)) {
      const end = piece.indexOf("\n");
      // A test goes on until the next begins.
      const [, body = ""] =
        /^\s*((?:await )?\w+\([^]*?)(?=\n *(?:\w+\.)?test\(|\n *await effect\(|$)/.exec(piece.slice(end)) ??
        [];
      const title = /"([^"]+)"/.exec(body)?.[1] ?? "";
      for (const name of piece.slice(0, end).trim().split(/\s+/)) {
        if (!new RegExp(`\\b${name}\\b`).test(body))
          throw new Error(`${file}, "${title}" proves ${name} without naming it`);
        if (!proven.has(name)) proven.set(name, `${file}: ${title}`);
      }
    }
  }
  return proven;
}

/** For each name: its class, the reason for that, whether the typings have it, and the test that proves it. */
export async function coverage() {
  const { whyNot, STAND_INS, ACCEPTED } = await read();
  const typed = new Set(declaredNames());
  const names = [...new Set([...typed, ...documented.functions])].sort();
  const strange = [...Object.keys(STAND_INS), ...Object.keys(ACCEPTED)].filter(
    (name) => !names.includes(name),
  );
  if (strange.length > 0) throw new Error(`in no documentation: ${strange.join(", ")}`);
  const proven = effects();
  return names.map((name) => {
    const why = whyNot(name) ?? "";
    const standIn = STAND_INS[name] ?? "";
    const accepted = ACCEPTED[name] ?? "";
    if ([why, standIn, accepted].filter(Boolean).length > 1) throw new Error(`${name} is in two lists`);
    const kind = why ? "fails" : standIn ? "stands in" : accepted ? "no effect" : "works";
    return { name, kind, why, standIn, accepted, typed: typed.has(name), test: proven.get(name) ?? "" };
  });
}

/** How many methods of objects are in each class that is not "works", with their names. */
async function methodsOf() {
  const { METHODS } = await read();
  const known = documentedObjects();
  const kinds = {};
  for (const [kind, object, methods] of METHODS) {
    for (const method of methods.split(" ")) {
      if (!known[object]?.includes(method)) throw new Error(`in no documentation: ${object}.${method}`);
      (kinds[kind] ??= []).push(`${object}.${method}`);
    }
  }
  return kinds;
}

/** The built-in components of a class, by the one list of them. */
function components(kind) {
  const all = JSON.parse(readFileSync(here("../../shared/components.json"), "utf8"));
  return Object.keys(all).filter((tag) => all[tag].class === kind);
}

const KINDS = {
  works: "work, and a test sees what they do",
  "stands in": "answer, with something else in the place of what is shown or done",
  "no effect": "are accepted, and nothing comes of them",
  fails: "fail, through `fail` where they have it, and say why",
};

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const table = await coverage();
  const count = (kind, part) => part.filter((each) => each.kind === kind).length;
  const typed = table.filter((each) => each.typed);
  const objects = Object.values(documentedObjects());
  const methods = objects.flat().length;
  const counts = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, count(kind, table)]));
  if (process.argv.includes("--json")) {
    console.log(
      JSON.stringify(
        {
          names: table.length,
          counts,
          methods,
          table,
          standIns: components("stands-in"),
          missing: components("missing"),
        },
        null,
        2,
      ),
    );
  } else {
    const width = Math.max(...table.map(({ name }) => name.length));
    for (const { name, kind, why, standIn, accepted } of table) {
      console.log(
        `${name.padEnd(width)}  ${kind}${kind === "works" ? "" : `: ${why || standIn || accepted}`}`,
      );
    }
    console.log(
      `\nOf ${table.length} functions of tt (in brackets: of the ${typed.length} that the typings declare)`,
    );
    for (const [kind, text] of Object.entries(KINDS)) {
      console.log(
        `  ${String(counts[kind]).padStart(3)} (${String(count(kind, typed)).padStart(3)})  ${text};`,
      );
    }
    console.log(`All ${methods} methods of the ${objects.length} objects that they give are there; of these`);
    for (const [kind, names] of Object.entries(await methodsOf()))
      console.log(`  ${String(names.length).padStart(3)}  ${kind}: ${names.join(", ")};`);
    console.log(
      `Of the built-in components these stand in for what a phone shows: ${components("stands-in").join(", ")};`,
    );
    console.log(`  these are not there: ${components("missing").join(", ")}.`);
  }
  const unproven = table.filter(({ kind, test }) => kind === "works" && !test).map(({ name }) => name);
  if (unproven.length > 0) {
    console.error(`No test sees the effect of: ${unproven.join(", ")}`);
    process.exitCode = 1;
  }
}
