// Breakpoints: a debugger that speaks the Chrome DevTools Protocol, as Chrome's own and that of VS Code do,
// sets them by line of the files that were written, stops there and reads variables.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { build } from "esbuild";

import { launch } from "./harness.mjs";
import { openPhone, project, simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const SIGNS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The segments of a source map, each as `[line, column, source, sourceLine, sourceColumn]`, from 0. */
function decoded({ mappings }) {
  const segments = [];
  let [source, sourceLine, sourceColumn] = [0, 0, 0];
  for (const [line, text] of mappings.split(";").entries()) {
    let column = 0;
    for (const segment of text.split(",").filter(Boolean)) {
      const numbers = [];
      let [number, shift] = [0, 0];
      for (const sign of segment) {
        const digit = SIGNS.indexOf(sign);
        number |= (digit & 31) << shift;
        shift += 5;
        if (digit & 32) continue;
        numbers.push(number & 1 ? -(number >> 1) : number >> 1);
        [number, shift] = [0, 0];
      }
      column += numbers[0];
      if (numbers.length < 4) continue;
      source += numbers[1];
      sourceLine += numbers[2];
      sourceColumn += numbers[3];
      segments.push([line, column, source, sourceLine, sourceColumn]);
    }
  }
  return segments;
}

/** A debugger at a phone's page. Lines count from 1. */
async function attach(page, url) {
  const session = await page.context().newCDPSession(page);
  const scripts = [];
  session.on("Debugger.scriptParsed", (script) => {
    // Those of the project; the phone's own may have one too.
    if (script.sourceMapURL?.startsWith("/app/map/")) scripts.push(script);
  });
  await session.send("Debugger.enable");
  const maps = new Map();
  for (const { scriptId, sourceMapURL } of scripts) {
    const response = await fetch(new URL(sourceMapURL, url));
    assert.equal(response.status, 200, sourceMapURL);
    const map = await response.json();
    maps.set(scriptId, { map, segments: decoded(map) });
  }
  /** `file:line` of a place of what runs. */
  const original = ({ scriptId, lineNumber, columnNumber }) => {
    const { map, segments } = maps.get(scriptId);
    const at = segments.findLast(
      ([line, column]) => line < lineNumber || (line === lineNumber && column <= columnNumber),
    );
    return at && `${decodeURIComponent(map.sources[at[2]])}:${at[3] + 1}`;
  };
  return {
    session,
    maps: [...maps.values()].map(({ map }) => map),
    /** Sets a breakpoint at a line of a file; where the browser put it, as `file:line`. */
    async breakAt(file, line) {
      for (const script of scripts) {
        const { map, segments } = maps.get(script.scriptId);
        const source = map.sources.findIndex((source) => decodeURIComponent(source) === file);
        const found = segments.find((segment) => segment[2] === source && segment[3] === line - 1);
        if (source < 0 || !found) continue;
        const [lineNumber, columnNumber] = found;
        const { locations } = await session.send("Debugger.setBreakpointByUrl", {
          url: script.url,
          lineNumber,
          columnNumber,
        });
        assert.equal(locations.length, 1, "the browser knows a place to stop at");
        return original(locations[0]);
      }
      throw new Error(`no script was made of ${file}`);
    },
    /** Does what stops the page; where it is, as `file:line`, and what `variables` are there. */
    async stop(act, variables = []) {
      const paused = new Promise((resolve) => session.once("Debugger.paused", resolve));
      void act();
      const [frame] = (await paused).callFrames;
      const values = {};
      for (const expression of variables) {
        const { result } = await session.send("Debugger.evaluateOnCallFrame", {
          callFrameId: frame.callFrameId,
          expression,
        });
        values[expression] = result.value;
      }
      return { at: original(frame.location), ...values };
    },
  };
}

const TEMPLATE = { "app.json": '{"pages":["p/p"]}', "p/p.ttml": '<view bindtap="tap">tap {{n}}</view>' };

/** Stops at `line` of `file` when the page is tapped, takes a step, and lets the page end what it does. */
async function stepFrom(t, files, file, line, options) {
  const root = await project(t, { ...TEMPLATE, ...files });
  const { url } = await simulate(t, root);
  const page = await openPhone(t, browser, url, options);
  const phone = await attach(page, url);
  assert.equal(await phone.breakAt(file, line), `${file}:${line}`);
  let tapped = Promise.resolve();
  const first = await phone.stop(() => (tapped = page.getByText("tap", { exact: false }).click()));
  assert.equal(first.at, `${file}:${line}`);
  const second = await phone.stop(() => phone.session.send("Debugger.stepOver"), ["sum"]);
  await phone.session.send("Debugger.resume");
  await tapped;
  await page.getByText("tap 42", { exact: true }).waitFor();
  return { second, phone };
}

const lineOf = (text, part) => text.slice(0, text.indexOf(part)).split("\n").length;

describe("a breakpoint stands in the file that was written, and a step ends at its next line", () => {
  test("of a page in JavaScript", async (t) => {
    const source = `import { twice } from "./lib";

Page({
  data: { n: 1 },
  tap() {
    let left = 3;
    while (left > 0) left -= 1;
    const sum = twice(this.data.n) + 40;
    this.setData({ n: sum });
  },
});
`;
    const files = { "p/p.js": source, "p/lib.js": "export const twice = (n) => 2 * n;\n" };
    const { second, phone } = await stepFrom(t, files, "/p/p.js", lineOf(source, "const sum"));
    assert.deepEqual(second, { at: `/p/p.js:${lineOf(source, "this.setData")}`, sum: 42 });
    const map = phone.maps.find(({ sources }) => sources[0] === "/p/p.js");
    assert.deepEqual(map.sourcesContent, [source]);
  });

  const typed = `interface Row { id: number }

enum Size {
  Small = 1,
  Large = 20,
}

function noted(Class: any): void {
  Class.noted = true;
}

function twice(_: object, __: string, method: any): any {
  const { value } = method;
  return { ...method, value(this: object, n: number) { return 2 * value.call(this, n); } };
}

@noted
class Model {
  size: Size = Size.Large;
  other?: string;

  constructor(private readonly row: Row) {}

  @twice
  add(n: number): number {
    const row: Row = this.row;
    const sum = this.size + n * row.id;
    return sum;
  }
}

Page({
  data: { n: 0 },
  tap(): void {
    const model = new Model({ id: 1 } as Row);
    this.setData({ n: model.add(1 as number) });
  },
});
`;

  test("of a page in TypeScript, with an enumeration and decorators", async (t) => {
    const line = lineOf(typed, "const sum");
    const { second } = await stepFrom(t, { "p/页.ts": typed, "p/p.ts": 'import "./页";' }, "/p/页.ts", line);
    assert.deepEqual(second, { at: `/p/页.ts:${line + 1}`, sum: 21 });
  });

  test("of a program that a build made of other files, with its own source map", async (t) => {
    const files = { "src/model.ts": typed.slice(0, typed.indexOf("Page(")).replace("class", "export class") };
    files["src/p.ts"] = `import { Model } from "./model";\n\n${typed.slice(typed.indexOf("Page("))}`;
    const root = await project(t, {
      ...files,
      "tsconfig.json": '{"compilerOptions":{"experimentalDecorators":true}}',
    });
    const { outputFiles } = await build({
      entryPoints: [`${root}/src/p.ts`],
      bundle: true,
      format: "cjs",
      sourcemap: "linked",
      outfile: `${root}/dist/p/p.js`,
      absWorkingDir: root,
      write: false,
    });
    const built = Object.fromEntries(
      outputFiles.map(({ path, text }) => [path.slice(path.indexOf("p/p.js")), text]),
    );
    const line = lineOf(files["src/model.ts"], "const sum");
    const { second, phone } = await stepFrom(t, built, "/src/model.ts", line);
    assert.deepEqual(second, { at: `/src/model.ts:${line + 1}`, sum: 21 });
    const map = phone.maps.find(({ sources }) => sources.includes("/src/p.ts"));
    assert.equal(map.sourcesContent[map.sources.indexOf("/src/p.ts")], files["src/p.ts"]);
  });
});

describe("a source map that a build brings along", () => {
  const source =
    "Page({\n  data: { n: 1 },\n  tap() {\n    const sum = this.data.n + 41;\n    this.setData({ n: sum });\n  },\n});\n";
  const map = (more) =>
    JSON.stringify({ version: 3, sources: ["a.ts"], names: [], mappings: "AAAA", ...more });
  for (const [kind, text] of Object.entries({
    "is no JSON": "{",
    "names a source that is not there": map({ mappings: "ACAA" }),
    "is not there": null,
  })) {
    test(`and that ${kind} costs nothing: breakpoints stand in what was built`, async (t) => {
      const files = { "p/p.js": `${source}//# sourceMappingURL=p.js.map\n` };
      if (text !== null) files["p/p.js.map"] = text;
      const { second } = await stepFrom(t, files, "/p/p.js", 4);
      assert.deepEqual(second, { at: "/p/p.js:5", sum: 42 });
    });
  }

  test("may have 30 MB", async (t) => {
    const written = `${source}// ${"x".repeat(30 * 2 ** 20)}`;
    const lines = map({ mappings: `AAAA${";AACA".repeat(7)}`, sourcesContent: [written] });
    const files = { "p/p.js": `${source}//# sourceMappingURL=p.js.map\n`, "p/p.js.map": lines };
    const { second } = await stepFrom(t, files, "/a.ts", 4);
    assert.deepEqual(second, { at: "/a.ts:5", sum: 42 });
  });
});
