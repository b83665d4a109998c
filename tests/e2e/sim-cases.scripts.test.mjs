// What a mini-program's scripts see and what is seen of them: globals, modules, the console, places
// in the sources. Each test has a small project of its own.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";

import { transform } from "esbuild";

import { phoneOnFakeDesk } from "./fake-desk.mjs";
import { emptyFolder, launch } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A folder with these files, `app.json` and `app.js` added where they are not given. */
async function folder(t, files) {
  const root = await emptyFolder();
  for (const [path, text] of Object.entries({
    "app.json": '{"pages":["p/p"]}',
    "app.js": "App({});",
    ...files,
  })) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}

/** A phone that runs the project of a folder, with what it told the desk. */
async function open(t, root, path = "") {
  const simulator = await simulate(t, root);
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const frame = await phoneOnFakeDesk(page, simulator.url, path);
  return Object.assign(frame, { root, address: simulator.url, lines: simulator.lines });
}

const data = (page) => page.evaluate(() => getCurrentPages().at(-1).data);
/** What a phone told so far. */
const told = (frame, kind) => frame.page().evaluate((kind) => said(kind), kind);
/** Waits until it has told an error. */
const failed = (frame) => frame.page().waitForFunction(() => records.some(({ kind }) => kind === "error"));
/** The messages of errors, with their places. */
const errors = async (page) =>
  (await told(page, "error")).map(
    ({ message, at }) => `${at ? `${at.file}:${at.line}:${at.column}` : "nowhere"} ${message}`,
  );
const place = (at) => at && `${at.file}:${at.line}:${at.column}`;

describe("the cases", () => {
  test("global: all scripts share one plain object", async (t) => {
    const page = await open(t, "tests/e2e/cases/global");
    await page.getByText("shared: app+page", { exact: true }).waitFor();
    await page.getByText("object", { exact: true }).waitFor();
    assert.deepEqual(await errors(page), []);
  });

  test("computed-require: a module whose path the code puts together is found", async (t) => {
    const page = await open(t, "tests/e2e/cases/computed-require");
    await page.getByText("found", { exact: true }).waitFor();
    assert.deepEqual(await errors(page), []);
  });
});

describe("globals", () => {
  test("scripts see the language and the platform, and no browser", async (t) => {
    const names = [
      "window",
      "document",
      "location",
      "navigator",
      "localStorage",
      "sessionStorage",
      "fetch",
      "XMLHttpRequest",
      "WebSocket",
      "Image",
      "self",
      "top",
      "parent",
      "frames",
      "history",
      "alert",
      "performance",
      "crypto",
      "URL",
      "Blob",
      "Worker",
      "requestAnimationFrame",
      "TextEncoder",
      "structuredClone",
      "queueMicrotask",
      "indexedDB",
      "phone",
      "desk",
    ];
    const there = [
      "tt",
      "App",
      "Page",
      "Component",
      "Behavior",
      "getApp",
      "getCurrentPages",
      "requirePlugin",
      "console",
      "Promise",
      "setTimeout",
      "Reflect",
    ];
    const list = (names) => names.map((name) => `[${JSON.stringify(name)}, typeof ${name}]`).join(", ");
    const root = await folder(t, {
      "p/p.js": `const hidden = [${list(names)}];\nconst there = [${list(there)}];\nPage({ data: { hidden: hidden.filter(([, type]) => type !== "undefined"), there: there.filter(([, type]) => type === "undefined"), object: Object.keys(global), prototype: Object.getPrototypeOf(global) === Object.prototype, same: globalThis === global } });`,
      "p/p.ttml": "<view/>",
    });
    const page = await open(t, root);
    assert.deepEqual(await data(page), { hidden: [], there: [], object: [], prototype: true, same: true });
  });

  test("libraries find the global object as they do on a phone", async (t) => {
    const root = await folder(t, {
      "p/p.js": `
        const freeGlobal = typeof global == "object" && global && global.Object === Object && global;
        const freeSelf = typeof self == "object" && self && self.Object === Object && self;
        const check = (it) => it && it.Math === Math && it;
        const coreJs = check(typeof globalThis == "object" && globalThis) || check(typeof window == "object" && window);
        Page({ data: { found: [
          freeGlobal || freeSelf || Function("return this")(),
          new Function("return this")(),
          (function () { return this })() || Function("return this")(),
          coreJs,
        ].map((each) => each === global) } });`,
      "p/p.ttml": "<view/>",
    });
    assert.deepEqual(await data(await open(t, root)), { found: [true, true, true, true] });
  });

  test("no function has the window as this, and libraries still find the global object by it", async (t) => {
    const root = await folder(t, {
      "p/p.js": `
        function plain() { return this }
        const { method } = { method() { return this } };
        const ways = [plain(), plain.call(null), plain.apply(), plain.bind(undefined)(), method(), [0].map(plain)[0], (0, plain)(), new (function () { this.own = plain })().own()];
        const kept = new plain();
        let umd;
        (function (root, factory) { typeof exports === "object" ? (umd = "module") : (umd = root) })(this, () => {});
        const own = (function () { return typeof this.document + typeof this.setTimeout + this.unknown }).call(undefined);
        Page({ data: { found: ways.map((each, i) => (i === 7) !== (each === global)), kept: kept instanceof plain, umd, own, exports: this === exports } });`,
      "p/v.sjs":
        "function f() { return typeof this } module.exports = { f: f, g: (function () { return typeof this })() };",
      "p/p.ttml": '<sjs src="./v.sjs" module="v"></sjs><view>{{v.g}}</view>',
    });
    const page = await open(t, root);
    const { found, ...others } = await data(page);
    assert.deepEqual(
      found,
      found.map(() => true),
    );
    assert.deepEqual(others, { kept: true, umd: "module", own: "undefinedfunctionundefined", exports: true });
    await page.getByText("undefined", { exact: true }).waitFor();
  });

  test("a function that app.js puts in the place of Page or Component is what pages call", async (t) => {
    const root = await folder(t, {
      "app.js": `
        const [page, component] = [Page, Component];
        Page = function (definition) { definition.data = { ...definition.data, given: "to pages" }; return page(definition); };
        Component = (definition) => component({ ...definition, data: { given: "to components" } });
        App({});`,
      "p/p.js": 'Page({ data: { own: "kept" } });',
      "p/p.json": '{ "usingComponents": { "part": "/part" } }',
      "p/p.ttml": "<view>{{own}} {{given}}</view><part />",
      "part.json": '{ "component": true }',
      "part.js": "Component({});",
      "part.ttml": "<view>{{given}}</view>",
    });
    const page = await open(t, root);
    await page.getByText("kept to pages", { exact: true }).waitFor();
    await page.getByText("to components", { exact: true }).waitFor();
  });

  test("code made of texts is refused, whichever way", async (t) => {
    const root = await folder(t, {
      "p/p.js": `
        const ways = [
          () => eval("1"), () => (0, eval)("1"), () => new Function("a", "return a"), () => Function("return 1"),
          () => (() => {}).constructor("return 1"), () => (async () => {}).constructor("return 1"),
          () => setTimeout("1", 0), () => setInterval("1", 0), () => Reflect.construct(Function, ["return 1"]),
        ];
        const said = ways.map((way) => { try { return String(way()); } catch (error) { return error.message; } });
        Page({ data: { said, isFunction: Page instanceof Function && (() => {}).constructor === Function } });`,
      "p/p.ttml": "<view/>",
    });
    const { said, isFunction } = await data(await open(t, root));
    for (const message of said) assert.match(message, /does not work in a mini-program/);
    assert.equal(isFunction, true);
  });

  test("a script may have names of the browser for itself, and of the platform", async (t) => {
    const root = await folder(t, {
      "p/p.js": `
        let window = 1; const top = 2; class Image { x() { return 3; } } function fetch(self) { return self; }
        var location = location || 5; const tt = 6; undeclared = 7;
        Page({ data: { mine: [window, top, new Image().x(), fetch(4), location, tt, require("./q")] } });`,
      "p/q.js": "module.exports = undeclared;",
      "p/p.ttml": "<view/>",
    });
    const page = await open(t, root);
    assert.deepEqual((await data(page)).mine, [1, 2, 3, 4, 5, 6, 7]);
    assert.match(page.url(), /\/phone\//, "nothing went elsewhere");
  });

  test("a page's script knows which page it is of, as Taro expects", async (t) => {
    const root = await folder(t, {
      "lib/taro.js": "exports.path = () => globPageRegistPath;",
      "p/p.js": "Page({ data: { path: require('../lib/taro').path() } });",
      "p/p.ttml": "<view/>",
    });
    assert.deepEqual(await data(await open(t, root)), { path: "p/p" });
  });

  test("timers hand on their arguments, and can be stopped", async (t) => {
    const root = await folder(t, {
      "p/p.js": `Page({ data: { said: [] }, onLoad() {
        clearTimeout(setTimeout(() => this.setData({ said: ["never"] }), 0));
        setTimeout((a, b) => this.setData({ said: [a, b] }), 1, "a", "b");
      } });`,
      "p/p.ttml": "<view>{{said[1]}}</view>",
    });
    const page = await open(t, root);
    await page.getByText("b", { exact: true }).waitFor();
    assert.deepEqual((await data(page)).said, ["a", "b"]);
  });
});

describe("modules", () => {
  test("a module that throws is told with its place, and the other pages go on", async (t) => {
    const root = await folder(t, {
      "app.json": '{"pages":["p/p","q/q"]}',
      "lib/bad.js": "exports.early = 1;\nnull.x;\n",
      "p/p.js": "const name = 'bad';\nrequire('../lib/' + name);\nPage({});",
      "p/p.ttml": "<view>p</view>",
      "q/q.js":
        "let said = []; for (const n of [1, 2]) try { require('../lib/' + 'bad'); } catch (error) { said.push(error.message); }\nPage({ data: { said } });",
      "q/q.ttml": "<view>q {{said.length}}</view>",
    });
    const page = await open(t, root);
    assert.match((await errors(page))[0], /^lib\/bad.js:2:\d+ TypeError: /);
    await page.evaluate(() => tt.navigateTo({ url: "/q/q" }));
    // Each require runs it anew, and each throws.
    await page.getByText("q 2", { exact: true }).waitFor();
  });

  test("a worker's script may put paths together, too", async (t) => {
    const root = await folder(t, {
      "app.json": '{"pages":["p/p"],"workers":"workers"}',
      "workers/a.js":
        "const name = 'b'; worker.postMessage([require('./' + name).b, typeof self, typeof global]);",
      "workers/b.js": "exports.b = 'b';",
      "p/p.js":
        "Page({ data: {}, onLoad() { tt.createWorker('workers/a.js').onMessage((said) => this.setData({ said })); } });",
      "p/p.ttml": "<view>{{said[0]}}</view>",
    });
    const page = await open(t, root);
    await page.getByText("b", { exact: true }).waitFor();
    assert.deepEqual((await data(page)).said, ["b", "undefined", "object"]);
  });

  test("modules that require each other in a circle by computed paths get what there is", async (t) => {
    const root = await folder(t, {
      "lib/a.js": "exports.early = 'a'; const b = require('./' + 'b'); exports.seen = b.seen;",
      "lib/b.js": "const a = require('./' + 'a.js'); exports.seen = a.early + typeof a.seen;",
      "p/p.js":
        "const names = ['a']; Page({ data: { seen: require('../lib/' + names[0]).seen, folder: require('/' + 'lib2').x, json: require('../' + 'data.json').y } });",
      "lib2/index.js": "exports.x = 'x'",
      "data.json": '{"y":1}',
      "p/p.ttml": "<view/>",
    });
    assert.deepEqual(await data(await open(t, root)), { seen: "aundefined", folder: "x", json: 1 });
  });

  test("require.async and import() give modules later, of other packages as well", async (t) => {
    const root = await folder(t, {
      "app.json": '{"pages":["p/p"],"subPackages":[{"root":"sub","pages":["q"]}]}',
      "sub/q.ttml": "<view/>",
      "sub/q.js": "Page({});",
      "sub/lib.js": "exports.word = 'later';",
      "p/p.js": `Page({ data: {}, async onLoad() {
        const said = [(await require.async("../sub/lib.js")).word, (await import("../sub/lib")).word];
        await require.async("./" + "none").catch((error) => said.push(error.message));
        this.setData({ said });
      } });`,
      "p/p.ttml": "<view>{{said[0]}}</view>",
    });
    const page = await open(t, root);
    await page.getByText("later", { exact: true }).waitFor();
    assert.deepEqual((await data(page)).said, [
      "later",
      "later",
      'module "./none" is not defined, required in "p/p.js"',
    ]);
  });

  test("a module that is not there is named, with the place of its require", async (t) => {
    const root = await folder(t, {
      "p/p.js": "const name = 'none';\n\nrequire('./' + name);",
      "p/p.ttml": "<view/>",
    });
    const page = await open(t, root);
    assert.match(
      (await errors(page))[0],
      /^p\/p\.js:3:\d+ Error: module "\.\/none" is not defined, required in "p\/p\.js"$/,
    );
  });

  test("what a script defines wrongly is told with its place, and the other pages go on", async (t) => {
    const names = ["none", "twice", "types", "null", "component", "elsewhere", "await", "caught", "good"];
    const root = await folder(t, {
      "app.json": JSON.stringify({ pages: ["p/p", ...names.map((name) => `${name}/a`)] }),
      "app.js": "global.early = getApp();",
      "lib.js": "Page({ data: { from: 'lib' } });",
      "nowhere.js": "exports.late = () => Page({});",
      "p/p.js": "Page({ data: { early: typeof global.early, app: typeof getApp() } });",
      "none/a.js": "const nothing = 1;",
      "twice/a.js": "Page({ data: { n: 1 } });\nPage({ data: { n: 2 } });",
      "types/a.js": "Page({ data: [1], onLoad: 5, onShow: { a: 1 }, other: 6 });",
      "null/a.js": "\nPage(null);",
      "component/a.js": "Component({ data: { n: 1 }, methods: { onLoad() { this.setData({ n: 2 }); } } });",
      "elsewhere/a.js": "require('../lib');",
      "await/a.js": "export {};\nawait 1;\nPage({});",
      "caught/a.js":
        "let said; try { require('./none'); } catch (error) { said = error.message; }\nPage({ data: { said } });",
      "good/a.js":
        "const late = require('../nowhere').late; Page({ data: {}, onLoad() { try { late(); } catch (error) { this.setData({ said: error.message }); } } });",
      "p/p.ttml": "<view/>",
      ...Object.fromEntries(names.map((name) => [`${name}/a.ttml`, `<view>${name}</view>`])),
    });
    const page = await open(t, root);
    assert.deepEqual(await data(page), { early: "undefined", app: "object" });
    const all = {};
    for (const name of names) {
      await page.evaluate((name) => tt.reLaunch({ url: `/${name}/a` }), name);
      await page.getByText(name, { exact: true }).waitFor();
      all[name] = await data(page);
    }
    assert.deepEqual(all, {
      none: {},
      twice: { n: 2 },
      types: { 0: 1 },
      null: {},
      component: { n: 2 },
      elsewhere: { from: "lib" },
      await: {},
      caught: { said: 'module "./none" is not defined, required in "caught/a.js"' },
      good: { said: "Page() is called outside of a page or component" },
    });
    const warnings = (await told(page, "problem")).map(
      ({ problem }) => `${problem.file}:${problem.line} ${problem.message}`,
    );
    assert.deepEqual(warnings, [
      "app.js:1 app.js does not call App()",
      'none/a.js:1 the script of "none/a" does not call Page()',
      'twice/a.js:2 "twice/a" has a definition already: this Page() replaces it',
      "types/a.js:1 onLoad is a function, not a number: nothing calls it",
      "types/a.js:1 onShow is a function, not an object: nothing calls it",
      "types/a.js:1 data is an object, not an array",
    ]);
    const said = (await errors(page)).map((error) => error.replace(/:\d+ /, " "));
    assert.equal(said.length, 2);
    assert.equal(said[0], "null/a.js:2 TypeError: Page() expects an object, but got null");
    assert.match(
      said[1],
      /SyntaxError: await works only inside an async function here: modules are not asynchronous\. \(line 2, column 1\)/,
    );
  });

  test("a changed module that was required by a computed path shows", async (t) => {
    const root = await folder(t, {
      "lib/word.js": "module.exports = 'before'",
      "p/p.js": "const word = require('../lib/' + 'word');\nPage({ word: () => word });",
      "p/p.ttml": "<view/>",
    });
    const page = await open(t, root);
    const says = (word) => page.waitForFunction((word) => getCurrentPages()[0]?.word() === word, word);
    await says("before");
    await writeFile(join(root, "lib/word.js"), "module.exports = 'after'");
    await says("after");
  });
});

describe("TypeScript", () => {
  test("decorators, fields, enumerations and namespaces are what they are where TypeScript is compiled for phones", async (t) => {
    const root = await folder(t, {
      "p/lib.ts": `
        export const said: string[] = [];
        export const note = (word: string) => { said.push(word); return (target: any, key?: string, method?: any): any => { said.push(word + "!" + (key ?? target.name) + (method ? "()" : "")); }; };
        export const twice = (_: object, __: string, method: any) => ({ ...method, value(this: object) { return 2 * method.value.call(this); } });
        export const seen = (target: object, key: string) => {
          Object.defineProperty(target, key, { get() { return this["_" + key]; }, set(value) { this["_" + key] = "seen " + value; } });
        };
        export const Named = (name: string) => <T extends new (...args: any[]) => object>(Class: T): any => class extends Class { named = name };
      `,
      "p/model.ts": `
        import { note, twice, seen, Named } from "./lib";
        import type { Gone } from "./gone";
        @note("class")
        @Named("model")
        export default class Model {
          @seen title = "t";
          @seen empty!: string;
          sum = this.a + this.b;
          constructor(readonly a: number, protected b: number = 2, gone?: Gone) { this.empty = "e"; }
          @note("method") @twice double() { return this.sum; }
          @note("static") static make() { return new Model(1); }
        }
        export const enum Size { Small = 1, Large, Name = "n" }
        export namespace Deep.Inner { export const word = "deep"; }
      `,
      "p/old.ts": "import lib = require('./lib');\nexport = { said: lib.said };",
      "p/p.ts": `
        import Model, { Size, Deep } from "./model";
        import old = require("./old");
        const model = new (Model as any)(1) as Model & { named: string; empty: string };
        Page({ data: { title: model.title, empty: model.empty, sum: model.sum, twice: model.double(), named: model.named, sizes: [Size.Small, Size.Large, Size.Name], word: Deep.Inner.word, said: old.said } satisfies object });`,
      "p/p.ttml": "<view/>",
    });
    const page = await open(t, root);
    assert.deepEqual(await errors(page), []);
    assert.deepEqual(await data(page), {
      title: "seen t",
      empty: "seen e",
      sum: 3,
      twice: 6,
      named: "model",
      sizes: [1, 2, "n"],
      word: "deep",
      said: ["method", "method!double()", "static", "static!make()", "class", "class!"],
    });
  });
});

describe("the console", () => {
  test("no line is lost, whoever calls the function", async (t) => {
    const root = await folder(t, {
      "p/p.js": `
Promise.reject("rejected").catch(console.error);
tt.setStorage({ key: "a", data: 1, success: console.log });
["item"].forEach(console.info);
const { warn } = console; warn("plain");
Page({});`,
      "p/p.ttml": "<view/>",
    });
    const page = await open(t, root);
    await page.page().waitForFunction(() => records.filter(({ kind }) => kind === "console").length === 4);
    const lines = (await told(page, "console")).map(
      ({ level, values, at }) => `${level} ${JSON.stringify(values[0])} ${place(at)}`,
    );
    assert.deepEqual(lines.toSorted(), [
      'error "rejected" null',
      'info "item" p/p.js:4:10',
      'log {"errMsg":"setStorage:ok"} null',
      'warn "plain" p/p.js:5:27',
    ]);
  });

  test("view scripts write to it as well", async (t) => {
    const root = await folder(t, {
      "p/p.js": "Page({});",
      "p/v.sjs": "module.exports = { f: function () { console.log('view', typeof window); return 1; } };",
      "p/p.ttml": '<sjs src="./v.sjs" module="v"></sjs><view>{{v.f()}}</view>',
    });
    const page = await open(t, root);
    await page.getByText("1", { exact: true }).waitFor();
    const lines = await told(page, "console");
    assert.deepEqual(
      lines.map(({ level, values, at }) => [level, values, at]),
      [["log", ["view", "undefined"], null]],
    );
  });

  test("tables, groups, counts, times and assertions are lines as well", async (t) => {
    const root = await folder(t, {
      "p/p.js": `
console.table([{ a: 1 }]); console.dir({ b: 2 });
console.group("outer"); console.log("%s in", "is"); console.group(); console.log(3); console.groupEnd(); console.groupEnd();
console.count(); console.count(); console.countReset(); console.count("x");
console.assert(true, "no"); console.assert(false, "yes");
console.time("t"); console.timeEnd("t"); console.timeEnd("t");
console.trace("here"); console.clear(); console.debug("end");
Page({});`,
      "p/p.ttml": "<view/>",
    });
    const page = await open(t, root);
    const lines = (await told(page, "console")).map(({ level, values }) =>
      `${level} ${JSON.stringify(values)}`.replace(/[\d.]+ ms/, "N ms"),
    );
    assert.deepEqual(lines, [
      'log [[{"a":1}]]',
      'log [{"b":2}]',
      'log ["outer"]',
      'log ["  %s in","is"]',
      'log ["  console.group"]',
      'log ["    ",3]',
      'log ["default: 1"]',
      'log ["default: 2"]',
      'log ["x: 1"]',
      'error ["Assertion failed:","yes"]',
      'log ["t: N ms"]',
      'warn ["Timer \\"t\\" does not exist"]',
      'log ["Trace","here"]',
      'debug ["end"]',
    ]);
  });
});

describe("places", () => {
  const source = `interface Row { id: number }
const rows: Row[] = [];

console.log("logged", rows);
Page({
  tap(): void {
    (null as unknown as Row).id;
  },
  caught(): void {
    try {
      this.tap();
    } catch (error) {
      console.error("caught", error);
    }
  },
});
`;

  for (const kind of ["external", "inline"]) {
    test(`of a build with ${kind} source map are those of the file that was written`, async (t) => {
      const built = await transform(source, {
        loader: "ts",
        sourcefile: "../../src/第 1.ts",
        sourcemap: kind,
        minify: true,
      });
      const root = await folder(t, {
        "p/p.js": kind === "inline" ? built.code : `${built.code}//# sourceMappingURL=p.js.map\n`,
        "p/p.js.map": built.map ?? "",
        "p/p.ttml": '<view bindtap="tap">tap</view>',
      });
      const page = await open(t, root);
      const [{ at }] = await told(page, "console");
      assert.equal(place(at), "src/第 1.ts:4:9");
      assert.equal(at.built.file, "p/p.js");
      await page.getByText("tap", { exact: true }).click();
      await failed(page);
      assert.match((await errors(page))[0], /^src\/第 1\.ts:7:\d+ TypeError/);
      const [{ stack, places }] = await told(page, "error");
      assert.match(stack, /at .*\(?src\/第 1\.ts:7:\d+\)?/);
      assert.doesNotMatch(stack, /p\/p\.js:\d/, "no line of what was built");
      assert.equal(places[0].built.file, "p/p.js");
      // Frameworks catch and write; the place is where it was thrown.
      await page.evaluate(() => getCurrentPages()[0].caught());
      const line = (await told(page, "console")).at(-1);
      assert.equal(line.at.line, 7);
      const caught = await page
        .page()
        .evaluate(() => records.filter(({ kind }) => kind === "console").at(-1).values[1].stack);
      assert.match(caught, /src\/第 1\.ts:7:\d+[^]*src\/第 1\.ts:11:\d+/);
      // What the desk shows of it.
      const response = await fetch(`${page.address}app/original/p/p.js?file=${encodeURIComponent(at.file)}`);
      assert.equal(await response.text(), source);
    });
  }

  test("of a build whose source maps lie beside the project, as uni-app puts them, are found", async (t) => {
    const built = await transform(source, {
      loader: "ts",
      sourcefile: "uni-app:///src/p/p.vue",
      sourcemap: "external",
      minify: true,
    });
    const root = await folder(t, {
      "out/app.json": '{"pages":["p/p"]}',
      "out/app.js": "App({});",
      "out/p/p.js": `${built.code}//# sourceMappingURL=../../.sourcemap/out/p/p.js.map\n`,
      ".sourcemap/out/p/p.js.map": built.map,
      "out/p/p.ttml": "<view/>",
    });
    const page = await open(t, join(root, "out"));
    const [{ at }] = await told(page, "console");
    assert.equal(place(at), "src/p/p.vue:4:9");
  });

  test("of lines that the compiler changes are those of the source", async (t) => {
    const root = await folder(t, {
      "p/p.js":
        'import { a } from "./q"; a(1); console.log("first");\na(2); a(3); console.log("second");\nPage({ data: { a } });',
      "p/q.js": "export const a = (x) => x;",
      "p/p.ttml": "<view/>",
    });
    const page = await open(t, root);
    const lines = await told(page, "console");
    assert.deepEqual(
      lines.map(({ at }) => place(at)),
      ["p/p.js:1:40", "p/p.js:2:21"],
    );
  });
});

describe("names", () => {
  for (const name of ["页面/首页", "a b/c d", "100%/50%25", "a#b/c#d", "q?u/e?r", "x+y/z&w", "(a)/b@c"]) {
    test(`scripts, pages, templates, styles and pictures may be called ${name}`, async (t) => {
      const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="7" height="9"/>';
      const base = name.split("/").at(-1);
      const root = await folder(t, {
        "app.json": JSON.stringify({ pages: [name] }),
        [`${name}.js`]: `const { word } = require("./${base}2");\nconsole.log("logged");\nPage({ data: { word }, tap() { null.x; } });`,
        [`${name}2.js`]: "exports.word = 'word';",
        [`${name}.ttml`]: `<view class="styled" bindtap="tap">{{word}}</view><image src="./${base}.svg"/><image src="/${name}.svg"/>`,
        [`${name}.ttss`]: ".styled { color: rgb(1, 2, 3); }",
        [`${name}.svg`]: svg,
      });
      const page = await open(t, root);
      const view = page.getByText("word", { exact: true });
      await view.waitFor();
      assert.equal(await view.evaluate((element) => getComputedStyle(element).color), "rgb(1, 2, 3)");
      const [line] = await told(page, "console");
      assert.equal(place(line.at), `${name}.js:2:9`);
      await view.click();
      await failed(page);
      assert.match(
        (await errors(page))[0],
        new RegExp(`^${name.replace(/[?+()]/g, "\\$&")}\\.js:3:\\d+ TypeError`),
      );
      const pictures = await page.evaluate(async () => {
        const all = [...document.querySelectorAll("tt-image")].map(
          (element) => (element.shadowRoot ?? element).querySelector("img")?.src,
        );
        return Promise.all(all.map(async (address) => (await fetch(address)).status));
      });
      assert.deepEqual(pictures, [200, 200]);
    });
  }
});
