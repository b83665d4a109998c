// `www/phone/runtime/data.ts`: a view is brought up to date with data, and no more is told to the
// template than differs. `transfer.ts`: what is set arrives as JSON. In node, on chance data.

import assert from "node:assert/strict";
import { test } from "node:test";

import { build } from "esbuild";

import { root } from "./harness.mjs";

async function load(file) {
  const entryPoints = [`${root}www/phone/runtime/${file}`];
  const built = await build({ entryPoints, bundle: true, write: false, format: "esm" });
  return import(`data:text/javascript,${encodeURIComponent(built.outputFiles[0].text)}`);
}
const { copy, refresh } = await load("data.ts");
const { mergeData, Transfer } = await load("transfer.ts");

/** Brings `view` up to date at a path, and gives the paths of what changed. */
function changed(view, data, path) {
  const changes = [];
  refresh(view, data, path, changes);
  return changes.map(
    ([path, , index, removed]) => path.join(".") + (removed === undefined ? "" : `@${index}-${removed}`),
  );
}

test("equal data is nothing to render", () => {
  const data = {
    rows: [
      { id: 1, tags: ["a"] },
      { id: 2, tags: [] },
    ],
  };
  assert.deepEqual(changed(copy(data), copy(data), ["rows"]), []);
});

test("one field of one row is all that is told", () => {
  const view = {
    rows: [
      { id: 1, text: "a" },
      { id: 2, text: "b" },
    ],
  };
  assert.deepEqual(
    changed(
      view,
      {
        rows: [
          { id: 1, text: "a" },
          { id: 2, text: "B" },
        ],
      },
      ["rows"],
    ),
    ["rows.1.text"],
  );
});

test("rows that come and go are told as such", () => {
  const row = (id) => ({ id });
  const rows = (...ids) => ({ rows: ids.map(row) });
  assert.deepEqual(changed(rows(1, 2), rows(1, 2, 3), ["rows"]), ["rows@2-0", "rows.length"]);
  assert.deepEqual(changed(rows(1, 2, 3), rows(2, 3), ["rows"]), ["rows@0-1", "rows.length"]);
  assert.deepEqual(changed(rows(1, 2, 3, 4), rows(1, 4), ["rows"]), ["rows@1-2", "rows.length"]);
});

test("a plain value that is set is told even if the view has it", () => {
  assert.deepEqual(changed({ value: "" }, { value: "" }, ["value"]), ["value"]);
});

test("a field that is gone makes its object anew", () => {
  const view = { a: { b: 1, c: 2 } };
  assert.deepEqual(changed(view, { a: { b: 1 } }, ["a"]), ["a"]);
  assert.deepEqual(view, { a: { b: 1 } });
});

test("objects of classes are shared, plain ones are copied", () => {
  const date = new Date(0);
  const data = { a: { date, plain: {} } };
  const view = copy(data);
  assert.equal(view.a.date, date);
  assert.notEqual(view.a.plain, data.a.plain);
});

test("what contains itself is refused", () => {
  const data = { a: {} };
  data.a.self = data.a;
  assert.throws(() => copy(data), /contains itself/);
});

/** A generator of the same numbers each time. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function anything(random, depth = 0) {
  const kind = random(depth > 3 ? 4 : 8);
  if (kind < 3) return random(3);
  if (kind === 3) return ["", "a", null, true][random(4)];
  if (kind < 6) return Array.from({ length: random(5) }, () => anything(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: random(4) }, () => ["abcd"[random(4)], anything(random, depth + 1)]),
  );
}

test("whatever is set, the view is the data afterwards, and shares nothing of it", () => {
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const random = chance(seed);
    const data = { a: anything(random), b: anything(random) };
    const view = copy(data);
    for (let step = 0; step < 4; step += 1) {
      const name = "ab"[random(2)];
      data[name] = anything(random);
      refresh(view, data, [name], []);
      // With the order of fields, by which `tt:for` goes.
      assert.equal(JSON.stringify(view), JSON.stringify(data), `seed ${seed}, step ${step}`);
      shareNothing(view, data, seed);
    }
  }
});

test("nor after paths are set deep inside", () => {
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const random = chance(seed);
    const data = { a: anything(random) };
    const view = copy(data);
    for (let step = 0; step < 4; step += 1) {
      const path = [
        "a",
        ...Array.from({ length: random(3) }, () => (random(2) ? random(3) : "abcd"[random(4)])),
      ];
      set(data, path, anything(random));
      refresh(view, data, path, []);
      // Holes of arrays may have become `undefined`, which renders the same.
      assert.equal(
        JSON.stringify(view),
        JSON.stringify(data),
        `seed ${seed}, step ${step}, ${path.join(".")}`,
      );
      shareNothing(view, data, seed);
    }
  }
});

/** As glass-easel sets a path: what is on the way is made. */
function set(data, path, value) {
  let at = data;
  path.slice(0, -1).forEach((key, i) => {
    const wantsArray = typeof path[i + 1] === "number";
    const next = at[key];
    if (typeof next !== "object" || next === null || Array.isArray(next) !== wantsArray)
      at[key] = wantsArray ? [] : {};
    at = at[key];
  });
  at[path.at(-1)] = value;
}

function shareNothing(a, b, seed) {
  if (typeof a !== "object" || a === null) return;
  assert.notEqual(a, b, `seed ${seed}`);
  for (const key of Object.keys(a)) shareNothing(a[key], b[key], seed);
}

/** Chance data with what JSON does not carry in it. */
function exotic(random, depth = 0) {
  class Point {
    x = anything(random, 3);
    get y() {
      return 1;
    }
  }
  const kinds = [
    () => new Date(random(1_000)),
    () => new Map([[1, 2]]),
    () => new Set([1]),
    () => new Uint8Array([random(9)]),
    () => new Point(),
    () => NaN,
    () => -Infinity,
    () => undefined,
    () => Symbol("s"),
    () => () => 1,
    () => /x/,
    () => new String("boxed"),
    (inner = anything(random, 3)) => ({ toJSON: (key) => ({ key, inner }) }),
  ];
  const kind = random(depth > 3 ? 2 : 5);
  if (kind === 0) return kinds[random(kinds.length)]();
  if (kind === 1) return anything(random, 3);
  if (kind === 2) return Array.from({ length: random(4) }, () => exotic(random, depth + 1));
  return Object.fromEntries(
    Array.from({ length: random(4) }, () => ["abcd"[random(4)], exotic(random, depth + 1)]),
  );
}

test("whatever is set arrives as JSON writes it, and its size is told", () => {
  for (let seed = 1; seed <= 3_000; seed += 1) {
    const value = exotic(chance(seed));
    const transfer = new Transfer("setData", () => false);
    const json = JSON.stringify({ value });
    assert.equal(JSON.stringify({ value: transfer.take("value", value) }), json, `seed ${seed}`);
    assert.ok(
      Math.abs(transfer.bytes - json.length) <= 8 + json.length / 2,
      `seed ${seed}: ${transfer.bytes} for ${json.length}`,
    );
  }
  const transfer = new Transfer("setData", () => false);
  transfer.take("text", '字 "quoted"\n');
  assert.equal(transfer.bytes, Buffer.byteLength(JSON.stringify({ text: '字 "quoted"\n' })) - 1);
});

test("objects of one name are merged, also within each other, and nothing given is changed", () => {
  const base = { style: { font: { size: 1, family: "a" }, tags: [1, 2] }, kept: 1, other: { a: 1 } };
  const own = { style: { font: { size: 2 }, tags: [3] }, other: null, added: { b: 1 } };
  const [before, behind] = [structuredClone(base), structuredClone(own)];
  const merged = mergeData(mergeData({}, base), own);
  assert.deepEqual(merged, {
    style: { font: { size: 2, family: "a" }, tags: [3] },
    kept: 1,
    other: null,
    added: { b: 1 },
  });
  assert.deepEqual([base, own], [before, behind]);
});
