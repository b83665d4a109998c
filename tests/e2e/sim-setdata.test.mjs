// What goes from a page's code to what is shown, and back: `setData` as a bridge that carries JSON, behaviors that
// merge, several fingers, pages that navigate while they load.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./harness.mjs";
import { openPhone, project, simulate } from "./simulator.mjs";

let simulator, browser;
const closing = [];
before(async () => {
  simulator = await simulate({ after: (close) => closing.push(close) }, "tests/e2e/miniprograms/data");
  browser = await launch();
});
after(async () => {
  await browser?.close();
  for (const close of closing) close();
});

const at = (name) => `pages/${name}/${name}`;

/** A phone on a page; fails if it complains of anything that is not `expected`. */
function open(t, name, { expected, query = "", ...view } = {}) {
  return openPhone(t, browser, simulator.url, {
    expected,
    uncaught: expected,
    view,
    query: `&path=${encodeURIComponent(at(name) + query)}`,
  });
}

const calls = (page) => page.evaluate(() => getApp().calls.splice(0));
const tt = (page, name, options = {}) =>
  page.evaluate(
    ([name, options]) =>
      new Promise((done) => globalThis.tt[name]({ ...options, success: done, fail: done })),
    [name, options],
  );
const go = (page, name, to) => tt(page, name, { url: `/${at(to)}` });
/** What one warning says, of several. */
const about = (page, path) => page.complaints.filter((text) => text.includes(`"${path}"`));

describe("setData carries JSON", () => {
  const VALUES = [
    ["new Date(0)", "1970-01-01T00:00:00.000Z", /is a Date, which arrives as a text/],
    ["new Map([[1, 2]])", "[object Object]", /is a Map, which arrives as \{\}/],
    ["new Set([1])", "[object Object]", /is a Set, which arrives as \{\}/],
    ["new Uint8Array([7])", "[object Object]", /is a Uint8Array, which arrives as an object of its fields/],
    ["new top.Point(3)", "[object Object]", /is a Point, which arrives as an object of its fields/],
    ["NaN", "", /is NaN, which arrives as null/],
    ["-Infinity", "", /is -Infinity, which arrives as null/],
    ["() => 1", "", /is a function, which arrives as nothing/],
    ["Symbol('s')", "", /is a symbol, which arrives as nothing/],
    ["[undefined, 1]", ",1", undefined],
  ];
  for (const [written, shown, warning] of VALUES) {
    test(`${written} is shown as ${JSON.stringify(shown)}`, async (t) => {
      const page = await open(t, "values", { expected: /^setData: "value"|^data: / });
      const [text, data] = await page.evaluate(
        (written) =>
          new Promise((done) => {
            const [top] = getCurrentPages();
            const value = new Function("top", `return ${written}`)(top);
            top.setData({ value }, () =>
              done([document.querySelector("#value").textContent, JSON.stringify(top.data.value) ?? null]),
            );
          }),
        written,
      );
      assert.equal(text, shown);
      // `this.data` has what JSON makes the same of.
      const json = await page.evaluate(
        (written) => JSON.stringify(new Function("top", `return ${written}`)(getCurrentPages()[0])) ?? null,
        written,
      );
      assert.equal(data, json);
      const said = about(page, "value");
      assert.equal(said.length, warning ? 1 : 0, said.join("\n"));
      if (warning) assert.match(said[0], warning);
    });
  }

  test("this.data keeps what the page's own code can use: functions and instances, as they were given", async (t) => {
    const page = await open(t, "values", { expected: /^(setData|data): / });
    const said = await page.evaluate(() => {
      const [top] = getCurrentPages();
      class Pen {
        #strokes = 0;
        draw() {
          return (this.#strokes += 1);
        }
      }
      const pen = new Pen();
      top.setData({ value: { pen, at: new Date(7), kinds: [1, { is: () => "a function" }] } });
      const { value } = top.data;
      top.setData({ "value.more": "of it" });
      return [
        value.pen === pen && value.pen.draw(),
        value.at.getTime(),
        value.kinds[1].is(),
        top.data.value.more,
      ];
    });
    assert.deepEqual(said, [1, 7, "a function", "of it"]);
    // What is shown of them is what JSON has.
    assert.equal(await page.locator("#value").textContent(), "[object Object]");
    assert.deepEqual(
      page.complaints
        .filter((text) => text.startsWith("setData"))
        .map((text) => /"([^"]+)" is ([^,]+)/.exec(text).slice(1)),
      [
        ["value.pen", "a Pen"],
        ["value.at", "a Date"],
        ["value.kinds[].is", "a function"],
      ],
    );
  });

  test("the functions of one object are one warning, and what is in an instance is none", async (t) => {
    const page = await open(t, "values", { expected: /^(setData|data): / });
    await page.evaluate(() => {
      class Player {
        play = () => {};
        stop = () => {};
      }
      getCurrentPages()[0].setData({
        value: { player: new Player(), remote: { play() {}, stop() {}, name: "one" } },
      });
    });
    assert.deepEqual(
      page.complaints.filter((text) => text.startsWith("setData")).map((text) => text.trim()),
      [
        'setData: "value.player" is a Player, which arrives as an object of its fields',
        'setData: "value.remote.play" is a function, which arrives as nothing; so is "value.remote.stop"',
      ],
    );
  });

  test("a component gets functions within an object, as charts get what draws them", async (t) => {
    const chart = (type) => `Component({
      properties: { drawing: ${type} },
      data: { drawn: "" },
      methods: { draw() { this.setData({ drawn: this.data.drawing.draw("a") }); } },
      observers: { drawing(drawing) { if (drawing && drawing.draw) this.draw(); } },
    });`;
    const folder = await project(t, {
      "chart.json": '{ "component": true }',
      "chart.js": chart("Object"),
      "chart.ttml": '<text class="drawn">{{drawn}}</text>',
      "any.json": '{ "component": true }',
      "any.js": chart("null"),
      "any.ttml": '<text class="drawn">{{drawn}}</text>',
      "pages/a/a.json": '{ "usingComponents": { "chart": "/chart", "any": "/any" } }',
      "pages/a/a.js": "Page({ data: { first: { draw: (x) => x + 1 }, second: {} } });",
      "pages/a/a.ttml":
        '<chart drawing="{{first}}" /><any drawing="{{first}}" /><chart drawing="{{second}}" />',
    });
    const { url } = await simulate(t, folder);
    const page = await openPhone(t, browser, url);
    await page.evaluate(() => getCurrentPages()[0].setData({ second: { draw: (x) => `${x}2` } }));
    await page.getByText("a2").waitFor();
    assert.deepEqual(await page.locator("[class$=drawn]").allInnerTexts(), ["a1", "a1", "a2"]);
  });

  test("rows of one kind are told once, with their path; initial data too, with the place of the page", async (t) => {
    const page = await open(t, "values", { expected: /^(setData|data): / });
    await page.evaluate(() => {
      const [top] = getCurrentPages();
      for (let i = 0; i < 3; i += 1)
        top.setData({
          "value.rows": [
            { at: new Date(i), text: "one" },
            { at: new Date(i), text: "two" },
          ],
        });
    });
    assert.deepEqual(about(page, "value.rows[].at").length, 1);
    const problems = page.complaints.filter((text) => text.startsWith("data: "));
    const paths = problems.map((text) => [...text.matchAll(/"([^"]+)"/g)].map(([, path]) => path));
    assert.deepEqual(paths, [["written", "list[].at"], ["made"]]);
    assert.equal(await page.locator("#written").textContent(), "1970-01-01T00:00:00.000Z");
    assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].data.made), { x: 1 });
    assert.equal(await page.evaluate(() => "method" in getCurrentPages()[0].data), false);
    assert.deepEqual(await calls(page), []);
    assert.equal(await page.locator("phone-error").count(), 0);
  });

  test("what is changed after it was set is neither shown nor data", async (t) => {
    const page = await open(t, "values", { expected: /^data: / });
    const [shown, data] = await page.evaluate(
      () =>
        new Promise((done) => {
          const [top] = getCurrentPages();
          const value = { text: "as it was" };
          top.setData({ value }, () =>
            done([document.querySelector("#nested").textContent, top.data.value.text]),
          );
          value.text = "later";
        }),
    );
    assert.deepEqual([shown, data], ["as it was", "as it was"]);
  });

  test("what JSON refuses is refused, and nothing of the call is done", async (t) => {
    const page = await open(t, "values", { expected: /^data: / });
    const refused = await page.evaluate(() => {
      const [top] = getCurrentPages();
      const loop = { text: "loop" };
      loop.inside = { loop };
      const say = (change) => {
        try {
          top.setData(change);
        } catch (error) {
          return `${error.name}: ${error.message}`;
        }
      };
      return [
        say({ done: 1, value: { big: 1n } }),
        say({ done: 1, value: loop }),
        say({ done: 1, value: "x".repeat(1024 * 1024) }),
        top.data.done ?? null,
        top.data.value,
      ];
    });
    assert.deepEqual(refused, [
      'TypeError: setData: "value.big" is a BigInt, which cannot be sent to a page',
      'TypeError: setData: "value" contains itself, or is nested more than 100 deep',
      "RangeError: setData: the data is larger than 1024 kB, the most that one call carries",
      null,
      "",
    ]);
  });

  test("more than 256 kB in one call is told, with what is large in it", async (t) => {
    const page = await open(t, "values", { expected: /^data: |256 kB/ });
    const set = (length) =>
      page.evaluate(
        (length) => getCurrentPages()[0].setData({ small: 1, value: "字".repeat(length) }),
        length,
      );
    await set(80_000);
    assert.equal(
      page.complaints.some((text) => text.includes("256 kB")),
      false,
    );
    await set(90_000);
    assert.match(page.complaints.at(-1), /more than 256 kB .* "value" is the largest part/);
  });

  test("a function reaches a component that has a property for it", async (t) => {
    const page = await open(t, "functions");
    assert.equal(await page.locator("#said").textContent(), "Hello, Ada");
    await page.evaluate(
      () => new Promise((done) => getCurrentPages()[0].setData({ greet: (name) => `Bye, ${name}` }, done)),
    );
    assert.equal(await page.locator("#said").textContent(), "Bye, Ada");
  });
});

test("setData in every lifecycle does what it can, also of a page that is gone", async (t) => {
  const page = await open(t, "plain");
  await go(page, "navigateTo", "always");
  await page.waitForFunction(() => getApp().calls.includes("onReady onReady"));
  assert.equal(await page.locator("#last").textContent(), "onReady");
  assert.equal(await page.locator("#inner").textContent(), "ready");
  // One of the component that goes, and tells its page of it.
  await page.evaluate(() => getCurrentPages().at(-1).setData({ with: false }));
  await page.getByText("told by the component").waitFor();
  await page.evaluate(() => getCurrentPages().at(-1).setData({ with: true, last: "before" }));
  await calls(page);
  // The page is still to be seen while it slides out.
  const shown = await page.evaluate(
    () =>
      new Promise((done) =>
        tt.navigateBack({
          success: () => setTimeout(() => done(document.querySelector("#last")?.textContent), 0),
        }),
      ),
  );
  assert.equal(shown, "before");
  const after = await page.evaluate(() => {
    getApp().unloaded.setData({ last: "much later", buttons: 9 });
    return getApp().unloaded.data.last;
  });
  assert.equal(after, "much later");
  assert.deepEqual(await calls(page), [
    "onUnload onUnload",
    "component detached detached",
    "told by the component told by the component",
  ]);
  await go(page, "redirectTo", "always");
  await go(page, "redirectTo", "plain");
  await page.locator("phone-page:not([inert]) #plain").waitFor();
});

test("a component that goes before it was on the page may still set what it shows", async (t) => {
  const page = await open(t, "short-lived");
  await page.waitForFunction(() => getApp().calls.includes("rows 2"));
  assert.equal(await page.locator("#left").textContent(), "left");
});

test("a page may have values of its own under the names of an instance, and other data", async (t) => {
  const page = await open(t, "own-names", { query: "?id=7" });
  assert.equal(await page.locator("#list").textContent(), "count 10, rest undefined");
  assert.deepEqual(
    [await page.locator("#count").textContent(), await page.locator("#rest").textContent()],
    ["1", "as it was"],
  );
  const own = await page.evaluate(() =>
    (({ id, is, dataset, properties }) => ({ id, is, dataset, properties }))(getCurrentPages()[0]),
  );
  assert.deepEqual(own, { id: "7", is: "mine", dataset: { of: "the page" }, properties: { p: 1 } });
  await page.click("#count");
  await page.locator("#count", { hasText: /^11$/ }).waitFor();
});

test("a component that a page uses alone is related to others on the next page", async (t) => {
  const page = await open(t, "alone");
  await go(page, "navigateTo", "together");
  await page.locator("phone-page:not([inert]) #one").waitFor();
  assert.deepEqual((await calls(page)).sort(), ["group has one", "member is in group"]);
});

test("a value of another type is told with the place where it is given", async (t) => {
  const page = await open(t, "throws", { expected: /throws in|contains itself|type-incompatible/ });
  const told = async (change) => {
    const [message] = await Promise.all([
      page.waitForEvent("console", { predicate: (message) => message.text().includes("type-incompatible") }),
      page.evaluate(change),
    ]);
    return message.text();
  };
  assert.match(
    await told(() => getCurrentPages()[0].setData({ n: "none" })),
    /property "n" .* {file: pages\/throws\/throws\.ttml, line: 1, column: 21}/,
  );
  assert.match(
    await told(() => getCurrentPages()[0].selectComponent("#broken").retype()),
    /property "n" .* {file: components\/broken\/broken\.js, line: 17, column: 12}/,
  );
});

test("a component that throws wherever it can leaves its page and the others as they are", async (t) => {
  const page = await open(t, "plain", { expected: /throws in|contains itself/ });
  await go(page, "navigateTo", "throws");
  const inner = page.locator("phone-page:not([inert]) #inner");
  await page.waitForFunction(() => getApp().calls.includes("component ready ready"));
  assert.equal(await inner.textContent(), "ready");
  await page.evaluate(() => new Promise((done) => getCurrentPages().at(-1).setData({ n: 1 }, done)));
  await page.click("#broken");
  await go(page, "navigateTo", "plain");
  await tt(page, "navigateBack", { delta: 2 });
  await page.locator("phone-page:not([inert]) #plain").waitFor();
  const thrown = (await calls(page)).flatMap((line) => /throws in (\S+)/.exec(line)?.[1] ?? []);
  const everywhere = [
    "created",
    "attached",
    "property",
    "observer",
    "show",
    "ready",
    "tap",
    "hide",
    "detached",
  ];
  assert.deepEqual([...new Set(thrown)].sort(), everywhere.sort());
});

test("behaviors merge their data, run in order and give way to the component", async (t) => {
  const page = await open(t, "behaves");
  assert.equal(await page.locator("#merged").first().textContent(), "own 2 base 3 right left own");
  const [one, two] = await page.evaluate(() => {
    const [one, two] = ["#one", "#two"].map((id) => getCurrentPages()[0].selectComponent(id));
    one.setData({ "style.font.size": 9, shown: "now", size: "large" });
    return [one, two].map((each) => ({
      ...each.data.style.font,
      who: each.who(),
      own: each.own(),
      base: each.data.base,
    }));
  });
  assert.deepEqual(one, { size: 9, family: "base", weight: 3, who: "own", own: "base", base: true });
  assert.deepEqual(two, { size: 2, family: "base", weight: 3, who: "own", own: "base", base: true });
  const given = (id) => page.evaluate((id) => ({ ...getCurrentPages()[0].selectComponent(id).inject }), id);
  assert.deepEqual(await given("#inner"), { given: "own", more: "base" });
  assert.deepEqual(await given("#one"), { given: undefined, more: "nothing" });
  const order = ["base", "left", "right", "own"];
  const logged = await calls(page);
  assert.deepEqual(
    logged.slice(0, 4),
    order.map((name) => `${name} created`),
  );
  assert.deepEqual(
    logged.filter((line) => line.endsWith("attached")),
    [...order, ...order, ...order].map((name) => `${name} attached`),
  );
  assert.deepEqual(logged.slice(-2), ["seen now", "size from own to large"]);
});

describe("several fingers", () => {
  async function fingers(t) {
    const page = await open(t, "touches", { hasTouch: true });
    const box = await page.locator("#pad").boundingBox();
    const session = await page.context().newCDPSession(page);
    const touch = (type, ...points) =>
      session.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: points.map(([x, y, id]) => ({ x: box.x + x, y: box.y + y, id })),
      });
    return { page, touch };
  }

  test("are one event for each element, and no tap", async (t) => {
    const { page, touch } = await fingers(t);
    await touch("touchStart", [20, 200, 0], [120, 200, 1]);
    await touch("touchMove", [10, 200, 0], [150, 200, 1]);
    await touch("touchEnd");
    await page.waitForFunction(() => getApp().calls.some((line) => line.startsWith("touchend")));
    const logged = await calls(page);
    assert.deepEqual(
      logged.filter((line) => line.startsWith("touchmove")),
      ["touchmove at pad: 0,1 of 0,1"],
    );
    assert.equal(
      logged.some((line) => line.startsWith("tap")),
      false,
      logged.join(),
    );
    // Without moving there is no tap either, nor a long press; one finger taps again.
    await touch("touchStart", [20, 200, 0], [120, 200, 1]);
    await new Promise((done) => setTimeout(done, 500));
    await touch("touchEnd");
    await touch("touchStart", [20, 200, 0]);
    await touch("touchEnd");
    await page.waitForFunction(() => getApp().calls.includes("tap at pad"));
    assert.deepEqual(
      (await calls(page)).filter((line) => /^(tap|longpress)/.test(line)),
      ["tap at pad"],
    );
  });

  test("on different elements are told to each, with its own", async (t) => {
    const { page, touch } = await fingers(t);
    await touch("touchStart", [20, 20, 0], [20, 200, 1]);
    await touch("touchMove", [20, 50, 0], [20, 230, 1]);
    await touch("touchEnd");
    await page.waitForFunction(() => getApp().calls.filter((line) => line.startsWith("touchend")).length > 1);
    const logged = await calls(page);
    assert.deepEqual(logged.filter((line) => line.startsWith("touchmove")).sort(), [
      "touchmove at inner: 0 of 0,1",
      "touchmove at pad: 1 of 0,1",
    ]);
  });
});

describe("pages that navigate while they load", () => {
  test("open what they ask for, one after the other", async (t) => {
    const page = await open(t, "plain", { expected: /^data: / });
    await go(page, "navigateTo", "onward");
    await page.waitForFunction(() => getCurrentPages().length === 4);
    assert.deepEqual(
      await page.evaluate(() => getCurrentPages().map(({ route }) => route)),
      ["plain", "onward", "values", "plain"].map(at),
    );
  });

  test("or while the app is launched, are behind the page that it was opened with", async (t) => {
    const page = await open(t, "plain", { expected: /^data: /, query: "?ahead=1" });
    await page.waitForFunction(() => getCurrentPages().length === 2);
    assert.deepEqual(
      await page.evaluate(() => getCurrentPages().map(({ route }) => route)),
      ["plain", "values"].map(at),
    );
  });

  test("without end are stopped, and the phone goes on", async (t) => {
    const page = await open(t, "plain", { expected: /again and again/ });
    await go(page, "navigateTo", "ping");
    await page.waitForFunction(() => getApp().calls.length > 0);
    assert.match(
      (await calls(page)).join(),
      /^redirectTo:fail the page "pages\/(ping|pong)\/\1" is opened again and again: 50 times without a pause$/,
    );
    await page
      .locator("phone-error", { hasText: /again and again.*pages\/p[io]ng\/p[io]ng\.js:3/s })
      .waitFor();
    await tt(page, "navigateBack");
    await page.locator("phone-page:not([inert]) #plain").waitFor();
    assert.deepEqual(await calls(page), []);
    await page.locator("phone-error").waitFor({ state: "detached" });
  });
});

test("what setData costs a page is counted, with its components", async (t) => {
  const page = await open(t, "functions");
  const cost = () => page.evaluate(() => phone.pages()[0].setData);
  const before = await cost();
  assert.ok(before.calls > 0, "the component's own");
  await page.evaluate(() => new Promise((done) => getCurrentPages()[0].setData({ name: "字" }, done)));
  const now = await cost();
  // The page's, and that of its component in an observer: {"name":"字"} and {"said":"Hello, 字"}.
  assert.equal(now.calls - before.calls, 2);
  assert.equal(now.bytes - before.bytes, 13 + 20);
  assert.ok(now.time > before.time);
});

test("what scrolls elsewhere during a press leaves it a tap, what scrolls away under it does not", async (t) => {
  const list = (id) =>
    `<scroll-view scroll-y id="${id}" style="height: 100px"><view style="height: 900px" bindtap="tap">${id}</view></scroll-view>`;
  const folder = await project(t, {
    "pages/a/a.js": "Page({ data: { taps: 0 }, tap() { this.setData({ taps: this.data.taps + 1 }); } });",
    "pages/a/a.ttml": `${list("one")}${list("two")}<text>{{taps}} taps</text>`,
  });
  const { url } = await simulate(t, folder);
  const page = await openPhone(t, browser, url);
  const press = async (scrolls) => {
    const box = await page.locator("#one").boundingBox();
    await page.mouse.move(box.x + 50, box.y + 50);
    await page.mouse.down();
    await page.locator(scrolls).evaluate(
      (list) =>
        new Promise((told) => {
          addEventListener("scroll", told, { capture: true, once: true });
          for (const each of [list, ...list.querySelectorAll("*")]) each.scrollTop += 40;
        }),
    );
    await page.mouse.up();
  };
  await press("#two");
  await page.getByText("1 taps").waitFor();
  await press("#one");
  await press("#two");
  await page.getByText("2 taps").waitFor();
  assert.equal(await page.evaluate(() => getCurrentPages()[0].data.taps), 2);
});
