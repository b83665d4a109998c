// The phone's runtime: mini-programs of miniprograms/ run by the simulator, on one phone without a
// desk. What a page's code is told and in which order, what is shown, and what goes wrong politely.

import assert from "node:assert/strict";
import { cp, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { phoneOnFakeDesk } from "./fake-desk.mjs";
import { emptyFolder, launch, root } from "./harness.mjs";
import { openPhone, simulate } from "./simulator.mjs";

const FOLDER = "tests/e2e/miniprograms/runtime";
const VIEW = { width: 390, height: 844 };

let simulator, browser;
const closing = [];

before(async () => {
  simulator = await simulate({ after: (close) => closing.push(close) }, FOLDER);
  browser = await launch();
});
after(async () => {
  await browser?.close();
  for (const close of closing) close();
});

/**
 * A phone on a page. The test fails if the phone says anything in its console that is not
 * `expected`.
 */
function open(t, path = "", { expected, url = simulator.url, query = "", view } = {}) {
  return openPhone(t, browser, url, {
    expected,
    uncaught: expected,
    view,
    query: `${query}&path=${encodeURIComponent(path)}`,
  });
}

/** What the mini-program logged since it was last asked. */
const calls = (page) => page.evaluate(() => getApp().calls.splice(0));

/** Waits until the mini-program has logged a line, and gives all lines. */
async function callsUntil(page, line) {
  await page.waitForFunction((line) => getApp().calls.includes(line), line);
  return calls(page);
}

/** Calls a function of `tt`; what `success` or `fail` was given. */
const tt = (page, name, options = {}) =>
  page.evaluate(
    ([name, options]) =>
      new Promise((done) => globalThis.tt[name]({ ...options, success: done, fail: done })),
    [name, options],
  );

const go = (page, name, path) => tt(page, name, { url: `/pages/${path}` });
const top = "phone-page:not([inert])";
const text = (page, selector) => page.locator(`${top} ${selector}`).allTextContents();
/** The address of a page of the fixture. */
const at = (name, query = "") => `pages/${name}/${name}${query}`;

describe("lifecycles", () => {
  test("a start calls the app, then the first page", async (t) => {
    const page = await open(t);
    assert.deepEqual(await calls(page), [
      "App.onLaunch pages/index/index {} string 1",
      "App.onShow",
      "index.onLoad {}",
      "index.onShow",
      "index.onReady",
    ]);
  });

  test("a start takes path and query as they are written", async (t) => {
    const page = await open(t, at("next", "?a=1&b=x%20y"));
    assert.deepEqual((await calls(page)).slice(0, 3), [
      'App.onLaunch pages/next/next {"a":"1","b":"x%20y"} string 1',
      "App.onShow",
      'next.onLoad {"a":"1","b":"x%20y"}',
    ]);
  });

  test("navigateTo and navigateBack", async (t) => {
    const page = await open(t);
    await calls(page);
    assert.deepEqual(await go(page, "navigateTo", "next/next?a=1"), { errMsg: "navigateTo:ok" });
    assert.deepEqual(await calls(page), [
      "index.onHide",
      'next.onLoad {"a":"1"}',
      "next.onShow",
      "next.onReady",
    ]);
    // A relative address is seen from the page on top.
    await tt(page, "navigateTo", { url: "../next/next?a=2" });
    assert.equal(
      await page.evaluate(() =>
        getCurrentPages()
          .map(({ route }) => route)
          .join(),
      ),
      "pages/index/index,pages/next/next,pages/next/next",
    );
    await calls(page);
    await tt(page, "navigateBack", { delta: 9 });
    assert.deepEqual(await calls(page), ["next.onUnload", "next.onUnload", "index.onShow"]);
    assert.deepEqual(await text(page, ".name"), ["index"]);
  });

  test("redirectTo replaces the page on top", async (t) => {
    const page = await open(t);
    await go(page, "navigateTo", "next/next");
    await calls(page);
    await go(page, "redirectTo", "custom/custom");
    assert.deepEqual(await calls(page), [
      "next.onUnload",
      "custom.onLoad {}",
      "custom.onShow",
      "custom.onReady",
    ]);
    assert.equal(await page.evaluate(() => getCurrentPages().length), 2);
  });

  test("reLaunch unloads all, also tabs that are not shown", async (t) => {
    const page = await open(t, at("home"));
    await go(page, "switchTab", "mine/mine");
    await go(page, "navigateTo", "next/next");
    await calls(page);
    await go(page, "reLaunch", "index/index?x=1");
    assert.deepEqual(await calls(page), [
      "next.onUnload",
      "mine.onUnload",
      "home.onUnload",
      'index.onLoad {"x":"1"}',
      "index.onShow",
      "index.onReady",
    ]);
  });

  test("switchTab, in all the cases of the platform's table", async (t) => {
    const page = await open(t, at("home"));
    const to = async (name) => {
      await calls(page);
      await go(page, "switchTab", `${name}/${name}`);
      return calls(page);
    };
    const push = (name) => go(page, "navigateTo", `${name}/${name}`);
    assert.deepEqual(await to("home"), []);
    assert.deepEqual(await to("mine"), ["home.onHide", "mine.onLoad {}", "mine.onShow", "mine.onReady"]);
    assert.deepEqual(await to("home"), ["mine.onHide", "home.onShow"]);
    await push("next");
    assert.deepEqual(await to("home"), ["next.onUnload", "home.onShow"]);
    await push("next");
    assert.deepEqual(await to("mine"), ["next.onUnload", "mine.onShow"]);
    await push("next");
    await push("custom");
    assert.deepEqual(await to("home"), ["custom.onUnload", "next.onUnload", "home.onShow"]);
  });

  test("a tab is tapped", async (t) => {
    const page = await open(t, at("home"));
    await calls(page);
    await page.getByRole("tab", { name: "Mine" }).click();
    const logged = await callsUntil(page, "mine.onReady");
    assert.deepEqual(logged, [
      "home.onTabItemTap 1 pages/mine/mine Mine",
      "home.onHide",
      "mine.onLoad {}",
      "mine.onShow",
      "mine.onReady",
    ]);
    assert.equal(await page.getByRole("tab", { name: "Mine" }).getAttribute("aria-selected"), "true");
  });

  test("to the background and back", async (t) => {
    const page = await open(t);
    await calls(page);
    await page.evaluate(() => phone.apply({ foreground: false }));
    assert.deepEqual(await calls(page), ["index.onHide", "App.onHide"]);
    await page.getByText("In the background").click();
    assert.deepEqual(await calls(page), ["App.onShow", "index.onShow"]);
  });

  test("the phone is turned", async (t) => {
    const page = await open(t);
    await calls(page);
    await page.setViewportSize({ width: 844, height: 390 });
    assert.deepEqual(await callsUntil(page, "index.onResize landscape"), ["index.onResize landscape"]);
  });

  test("a page made with Component() finds the query in its properties", async (t) => {
    const page = await open(t, at("query", "?paramA=41&flag=true&text=a%20b&other=1"));
    assert.deepEqual((await calls(page)).slice(2), [
      "attached 41",
      'onLoad {"paramA":"41","flag":"true","text":"a%20b","other":"1"} pages/query/query',
      "onShow",
      "show",
      "ready",
      "onReady",
    ]);
    assert.deepEqual(await text(page, "#values"), ["42 true a%20b"]);
  });
});

describe("routes that fail", () => {
  test("each says what the platform says", async (t) => {
    const page = await open(t);
    const fails = async (name, path) => (await go(page, name, path)).errMsg;
    assert.equal(
      await fails("navigateTo", "nowhere/a"),
      'navigateTo:fail url "pages/nowhere/a" is not in app.json',
    );
    assert.equal(await fails("navigateTo", "home/home"), "navigateTo:fail can not navigate to a tabBar page");
    assert.equal(await fails("redirectTo", "home/home"), "redirectTo:fail can not navigate to a tabBar page");
    assert.equal(await fails("switchTab", "next/next"), "switchTab:fail can not switch to no-tabBar page");
    assert.match((await tt(page, "navigateBack")).errMsg, /^navigateBack:fail /);
  });

  test("the stack is ten deep", async (t) => {
    const page = await open(t);
    const answers = [];
    for (let i = 0; i < 10; i += 1) answers.push((await go(page, "navigateTo", "next/next")).errMsg);
    assert.deepEqual(answers.slice(-2), ["navigateTo:ok", "navigateTo:fail page stack overflow"]);
    assert.equal(await page.evaluate(() => getCurrentPages().length), 10);
  });

  test("a start at a page that is not there opens the entry page", async (t) => {
    const page = await open(t, "pages/nowhere/a?b=1", { expected: /is not in app\.json/ });
    const logged = await calls(page);
    assert.ok(logged.includes("App.onPageNotFound pages/nowhere/a"), logged.join());
    assert.deepEqual(await text(page, ".name"), ["index"]);
  });
});

describe("events", () => {
  const data = (value) => JSON.stringify(value);

  test("bubble, are captured and caught", async (t) => {
    const page = await open(t, at("events"));
    await calls(page);
    await page.click("#plain");
    const marks = data({ level: "inner", only: "here" });
    assert.deepEqual(await calls(page), [
      `tap outer from plain ${marks}`,
      `tap inner from plain ${marks}`,
      `tap outer from plain ${marks}`,
    ]);
    await page.click("#caught");
    assert.deepEqual(await calls(page), [
      `tap outer from caught ${data({ level: "outer", only: "here" })}`,
      `tap caught from caught ${data({ level: "outer", only: "here" })}`,
    ]);
    await page.click("#guarded");
    assert.deepEqual(await calls(page), ["tap kept"]);
  });

  test("have the documented fields", async (t) => {
    const page = await open(t, at("events"));
    const box = await page.locator("#plain").boundingBox();
    await page.mouse.click(box.x + 5, box.y + 6);
    const event = await page.evaluate(() => JSON.parse(JSON.stringify(getCurrentPages()[0].last)));
    assert.deepEqual(Object.keys(event).sort(), [
      "changedTouches",
      "currentTarget",
      "detail",
      "mark",
      "target",
      "timeStamp",
      "touches",
      "type",
    ]);
    assert.deepEqual(event.target.dataset, { name: "inner", userId: "7", value: { deep: [1] } });
    assert.equal(event.target.id, "plain");
    // Seen from below the navigation bar.
    const offset = await page.evaluate(
      () => document.querySelector("phone-window").getBoundingClientRect().top,
    );
    const x = box.x + 5;
    const y = box.y + 6 - offset;
    assert.deepEqual(event.detail, { x, y });
    assert.deepEqual(event.changedTouches, [{ identifier: 0, clientX: x, clientY: y, pageX: x, pageY: y }]);
    assert.deepEqual(event.touches, []);
  });

  test("a long press that is handled is no tap; a longtap is one", async (t) => {
    const page = await open(t, at("events"));
    await calls(page);
    const hold = async (selector, line) => {
      await page.hover(selector);
      await page.mouse.down();
      await callsUntil(page, line);
      await page.mouse.up();
      return calls(page);
    };
    assert.deepEqual(await hold("#long", "longpress long from long {}"), []);
    assert.deepEqual(await hold("#short", "longtap short from short {}"), ["tap short from short {}"]);
  });

  test("fingers start, move and end, and moving is no tap", async (t) => {
    const page = await open(t, at("events"), { view: { hasTouch: true } });
    await calls(page);
    const box = await page.locator("#touch").boundingBox();
    const session = await page.context().newCDPSession(page);
    const touch = (type, y, points = [{ x: box.x + 9, y }]) =>
      session.send("Input.dispatchTouchEvent", { type, touchPoints: points });
    await touch("touchStart", box.y + 5);
    await touch("touchMove", box.y + 30);
    await touch("touchEnd", 0, []);
    assert.deepEqual(await callsUntil(page, "touchend touch from touch {}"), [
      "touchstart touch from touch {}",
      "touchmove touch from touch {}",
      "touchend touch from touch {}",
    ]);
    await page.tap("#plain");
    assert.equal((await callsUntil(page, 'tap inner from plain {"level":"inner","only":"here"}')).length, 3);
  });

  test("handlers may be chosen by data, and one that is missing is told", async (t) => {
    const page = await open(t, at("events"), { expected: /has no method "(missing|nothing)"/ });
    await calls(page);
    await page.click("#dynamic");
    await page.evaluate(() => getCurrentPages()[0].setData({ dynamic: "second" }));
    await page.click("#dynamic");
    assert.deepEqual(await calls(page), ["first", "second"]);
    const warned = async (id) => {
      const [message] = await Promise.all([page.waitForEvent("console"), page.click(id)]);
      return message.text();
    };
    assert.match(
      await warned("#nobody"),
      /no method "missing" to handle "tap" .*pages\/events\/events\.ttml, line: 10, column: 19/,
    );
    // One that data chose is named nowhere: the binding is.
    await page.evaluate(() => getCurrentPages()[0].setData({ dynamic: "nothing" }));
    assert.match(await warned("#dynamic"), /no method "nothing" .*line: 9, column: 20/);
    // A phone goes on, and so does the page.
    assert.deepEqual(await calls(page), []);
    assert.equal(await page.locator("phone-error").count(), 0);
  });

  test("animations end", async (t) => {
    const page = await open(t, at("events"));
    await page.evaluate(() => getCurrentPages()[0].setData({ moving: true }));
    await callsUntil(page, "animationend moving from moving {}");
  });

  test("a key presses what has the focus", async (t) => {
    const page = await open(t, at("events"));
    await calls(page);
    await page.evaluate(() => document.querySelector("#short").click());
    assert.deepEqual(await calls(page), ["tap short from short {}"]);
  });
});

describe("data", () => {
  test("paths are made, callbacks come after the page shows it", async (t) => {
    const page = await open(t, at("data"));
    const shown = await page.evaluate(
      () =>
        new Promise((done) => {
          const [top] = getCurrentPages();
          top.setData({ "nested.made[1].c": "new", "list[0].text": "ONE", n: 7 }, function () {
            done([
              this === top,
              document.querySelector("#nested").textContent,
              document.querySelector("#n").textContent,
            ]);
          });
        }),
    );
    assert.deepEqual(shown, [true, "1 new", "7"]);
    assert.deepEqual(await text(page, ".row"), ["0:1:ONE", "1:2:two"]);
    assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].data.nested.made[1]), { c: "new" });
  });

  test("methods are bound, other fields are the instance's own", async (t) => {
    const page = await open(t, at("data"));
    await page.evaluate(() => {
      const { count } = getCurrentPages()[0];
      count();
      count();
    });
    await callsUntil(page, "callback 2 pages/data/data");
    await go(page, "navigateTo", "data/data");
    const own = await page.evaluate(() =>
      getCurrentPages().map(({ own, client, data }) => [own.items.length, client.state, data.n]),
    );
    assert.deepEqual(own, [
      [1, "kept", 2],
      [1, "kept", 0],
    ]);
  });

  test("rows keep their elements, whatever happens to the list", async (t) => {
    const page = await open(t, at("data"));
    const change = (list) =>
      page.evaluate(async (list) => {
        const rows = () => [...document.querySelectorAll(".row")];
        const before = new Map(rows().map((row) => [row.id, row]));
        getCurrentPages()[0].setData({ list });
        await Promise.resolve();
        return rows().map((row) => [row.textContent, before.get(row.id) === row]);
      }, list);
    const [one, two, three] = [1, 2, 3].map((id) => ({ id, text: `t${id}` }));
    assert.deepEqual(await change([one, two]), [
      ["0:1:t1", true],
      ["1:2:t2", true],
    ]);
    assert.deepEqual(await change([three, one, two]), [
      ["0:3:t3", false],
      ["1:1:t1", true],
      ["2:2:t2", true],
    ]);
    assert.deepEqual(await change([two, three]), [
      ["0:2:t2", true],
      ["1:3:t3", true],
    ]);
    assert.deepEqual(await change([{ ...two, text: "changed" }, three, one]), [
      ["0:2:changed", true],
      ["1:3:t3", true],
      ["2:1:t1", false],
    ]);
    assert.deepEqual(await change([]), []);
  });

  test("changes of an object after setData are not shown until they are set", async (t) => {
    const page = await open(t, at("data"));
    const rows = await page.evaluate(async () => {
      const [top] = getCurrentPages();
      const read = () => document.querySelector("#row-1").textContent;
      const { list } = top.data;
      list[0].text = "silent";
      top.setData({ n: 1 });
      await Promise.resolve();
      const before = read();
      top.setData({ list });
      await Promise.resolve();
      return [before, read()];
    });
    assert.deepEqual(rows, ["0:1:one", "0:1:silent"]);
  });

  test("undefined changes the data and not the page, with a warning", async (t) => {
    const page = await open(t, at("data"), { expected: /"gone" is undefined/ });
    await page.evaluate(() => getCurrentPages()[0].setData({ gone: undefined }));
    assert.deepEqual(await text(page, "#gone"), ["here"]);
    assert.equal(await page.evaluate(() => getCurrentPages()[0].data.gone), undefined);
  });

  test("ten thousand nodes are shown, and the page stays usable", async (t) => {
    const page = await open(t, at("big"));
    assert.equal(await page.locator(".row").count(), 5000);
    await page.evaluate(() => getCurrentPages()[0].setData({ "rows[4999].text": "last" }));
    assert.equal(await page.locator(".row").last().textContent(), "last");
  });
});

describe("endless setData", () => {
  for (const [name, message] of [
    ["forever", /without end: 5000 times/],
    ["promised", /without end: 5000 times/],
    ["observe", /without end: 5000 times/],
    ["inside", /"data" contains itself/],
  ]) {
    test(`${name} is stopped, and says so`, async (t) => {
      const page = await open(t, at("loops"), { expected: /without end|contains itself/ });
      await page.click(`#${name}`);
      await page.locator("phone-error", { hasText: message }).waitFor();
      await page.evaluate(() => new Promise((done) => setTimeout(done)));
      await page.evaluate(() => getCurrentPages()[0].setData({ n: -1 }));
      assert.deepEqual(await text(page, "#n"), ["-1"]);
    });
  }

  test("callbacks in a row are told, and slowed down", async (t) => {
    const page = await open(t, at("loops"), { expected: /callbacks of setData in a row/ });
    await page.click("#again");
    await page.locator("phone-error", { hasText: "callbacks of setData in a row" }).waitFor();
    assert.equal(await page.evaluate(() => 1 + 1), 2);
  });
});

describe("components", () => {
  test("live in the documented order", async (t) => {
    const page = await open(t, at("parts"));
    const logged = await calls(page);
    const of = (pattern) => logged.filter((line) => pattern.test(line));
    assert.deepEqual(of(/^item\.(attached|ready|show) a$/), [
      "item.attached a",
      "item.show a",
      "item.ready a",
    ]);
    assert.deepEqual(of(/linked/).sort(), [
      "item linked to list",
      "item linked to list",
      "list linked to x",
      "list linked to y",
    ]);
    assert.ok(logged.indexOf("counted.attached") < logged.indexOf("item.attached a"), "behaviors come first");
    await page.evaluate(() => getCurrentPages()[0].setData({ items: ["y", "z"] }));
    assert.deepEqual(
      (await calls(page)).filter((line) => /^item\.(attached|ready|detached)/.test(line)),
      ["item.detached x", "item.attached z", "item.ready z"],
    );
    await go(page, "navigateTo", "next/next");
    assert.deepEqual((await calls(page)).filter((line) => line.startsWith("item.hide")).sort(), [
      "item.hide a",
      "item.hide generic",
      "item.hide y",
      "item.hide z",
    ]);
  });

  test("take properties, observe them and raise events", async (t) => {
    const page = await open(t, at("parts"));
    assert.deepEqual(await text(page, "#single .components_item_item--item"), ["a/1 default 0 1"]);
    await calls(page);
    await page.evaluate(() => getCurrentPages()[0].setData({ label: "b", number: 2 }));
    assert.deepEqual(await calls(page), ["label a -> b"]);
    await page.click("#single #item");
    assert.deepEqual(await calls(page), ["pick b at single"]);
    // Composed and bubbling: from an item through the list to the page.
    await page.click("#list #item >> nth=1");
    assert.deepEqual(await calls(page), ["pick y at list"]);
  });

  test("are found at once after setData, by value and by callback", async (t) => {
    const page = await open(t, at("parts"));
    const found = await page.evaluate(() => {
      const [top] = getCurrentPages();
      top.setData({ label: "new" });
      const item = top.selectComponent("#single");
      let called;
      top.selectComponent("#single", (component) => (called = component));
      item.add();
      return [
        item.data.label,
        item.data.count,
        called === item,
        top.selectAllComponents("#list, #single").length,
        item.hasBehavior === undefined,
      ];
    });
    assert.deepEqual(found, ["new", 1, true, 2, false]);
    assert.equal(await page.evaluate(() => getCurrentPages()[0].selectComponent("#none")), null);
  });

  test("have slots, outer classes, styles of their own and generics", async (t) => {
    const page = await open(t, at("parts"));
    assert.equal(await page.locator("tt-box").textContent(), "headcontent");
    const style = (selector) =>
      page
        .locator(selector)
        .evaluate((element) => [getComputedStyle(element).color, getComputedStyle(element).borderTopWidth]);
    // `.frame` of the page is another class than the component's.
    assert.deepEqual(await style("tt-box > tt-view"), ["rgb(4, 5, 6)", "1px"]);
    // `.shared` of the app does not reach into it, but text colours are inherited.
    assert.deepEqual((await style("tt-box > tt-view > tt-view >> nth=-1"))[0], "rgb(4, 5, 6)");
    assert.match(await page.locator("tt-pick").textContent(), /^generic\/0/);
  });

  test("view scripts, templates of other files and forms of one's own fields", async (t) => {
    const page = await open(t, at("parts"));
    assert.deepEqual(await text(page, "#sjs"), ["UP 12 2026 Array"]);
    assert.deepEqual(await text(page, "#row"), ["row a"]);
    await calls(page);
    await page.click("#submit");
    assert.deepEqual(await callsUntil(page, 'submit {"custom":"of the field"}'), [
      'submit {"custom":"of the field"}',
    ]);
  });

  test("provide for their descendants, and are changed by behaviors", async (t) => {
    const page = await open(t, at("more"));
    assert.deepEqual(await text(page, "#taker"), ['{"shade":"red","size":3,"none":"nothing"}']);
    const [wanted, again] = await page.evaluate(async () => {
      const [top] = getCurrentPages();
      top.selectComponent("#giver").grow();
      const taker = top.selectComponent("#taker");
      taker.again();
      return [taker.wanted(), taker.data.text];
    });
    assert.deepEqual([wanted, again], ["wanted more", '{"shade":"red","size":4,"none":"nothing"}']);
  });

  test("may share styles, and may have no element of their own", async (t) => {
    const page = await open(t, at("more"));
    const color = (selector) => page.locator(selector).evaluate((element) => getComputedStyle(element).color);
    assert.equal(await color("#of-page"), "rgb(8, 8, 8)");
    assert.equal(await color("#from-shared"), "rgb(7, 7, 7)");
    assert.equal(await page.locator("tt-virtual").count(), 0);
    await page.click("#virtual");
    assert.deepEqual((await calls(page)).slice(-1), ["tapped"]);
  });

  test("are changed by view scripts without setData", async (t) => {
    const page = await open(t, at("more"));
    await page.click("#hand");
    assert.deepEqual((await calls(page)).slice(-1), ["done true"]);
    const style = (selector, name) =>
      page.locator(selector).evaluate((element, name) => getComputedStyle(element)[name], name);
    assert.deepEqual(
      [await style("#hand", "opacity"), await style("#hand", "color")],
      ["0.5", "rgb(9, 0, 0)"],
    );
    assert.equal(await style("#other", "width"), `${VIEW.width / 10}px`);
    assert.equal(await style("#observed", "width"), "100px");
    await page.evaluate(() => getCurrentPages()[0].setData({ width: 50 }));
    assert.equal(await style("#observed", "width"), "50px");
  });

  test("that throw tell their own error hook", async (t) => {
    const page = await open(t, at("parts"), { expected: /item fails/ });
    await calls(page);
    await page.click("#single #fail");
    assert.deepEqual(await calls(page), ["item.error item fails", "App.onError Error: item fails"]);
  });
});

describe("scrolling", () => {
  test("tells the page, reaches the bottom once, and goes where it is told", async (t) => {
    const page = await open(t, at("scroll"));
    await tt(page, "pageScrollTo", { scrollTop: 300, duration: 0 });
    await page.waitForFunction(() => getCurrentPages()[0].scrolled === 300);
    await tt(page, "pageScrollTo", { selector: "#row-20", duration: 50 });
    const place = await page.evaluate(
      () => new Promise((done) => tt.createSelectorQuery().select("#row-20").boundingClientRect(done).exec()),
    );
    assert.equal(Math.round(place.top), 0);
    await tt(page, "pageScrollTo", { scrollTop: 99_999, duration: 0 });
    assert.deepEqual(
      await callsUntil(page, "onReachBottom").then((lines) =>
        lines.filter((line) => line === "onReachBottom"),
      ),
      ["onReachBottom"],
    );
  });

  test("queries say where nodes are and what they hold", async (t) => {
    const page = await open(t, at("scroll"));
    const answer = await page.evaluate(
      () =>
        new Promise((done) => {
          const query = getCurrentPages()[0].createSelectorQuery();
          query
            .select("#top")
            .fields({ id: true, dataset: true, rect: true, size: true, computedStyle: ["display"] });
          query.selectAll(".row").boundingClientRect();
          query.select("#none").boundingClientRect();
          query.selectViewport().fields({ size: true, scrollOffset: true });
          query.select("#inner").scrollOffset();
          query.exec(done);
        }),
    );
    const [first, all, none, viewport, inner] = answer;
    const { bottom, height, ...rest } = first;
    assert.deepEqual(rest, {
      id: "top",
      dataset: { a: "1" },
      left: 0,
      top: 0,
      right: 390,
      width: 390,
      display: "block",
    });
    // A tenth of the window; browsers round to parts of a pixel.
    for (const length of [bottom, height])
      assert.ok(Math.abs(length - (VIEW.height - 47 - 44) / 10) < 0.1, `${length}`);
    assert.equal(all.length, 41);
    assert.deepEqual(all[1].dataset, { index: 0 });
    assert.equal(none, null);
    assert.deepEqual([viewport.width, viewport.height, viewport.scrollTop], [390, VIEW.height - 47 - 44, 0]);
    assert.equal(inner.scrollHeight, 400);
  });

  test("observers tell what comes into sight", async (t) => {
    const page = await open(t, at("scroll"));
    await page.evaluate(() => {
      globalThis.seen = [];
      const observer = getCurrentPages()[0].createIntersectionObserver({ observeAll: true });
      observer
        .relativeToViewport()
        .observe("#row-0, #row-30", ({ id, intersectionRatio }) =>
          seen.push(`${id} ${intersectionRatio > 0}`),
        );
    });
    await page.waitForFunction(() => seen.includes("row-0 true"));
    await tt(page, "pageScrollTo", { scrollTop: 1300, duration: 0 });
    await page.waitForFunction(() => seen.length === 3);
    assert.deepEqual((await page.evaluate(() => seen)).sort(), ["row-0 false", "row-0 true", "row-30 true"]);
  });

  test("the page is pulled down by the finger and by the API", async (t) => {
    const page = await open(t, at("scroll"));
    await calls(page);
    await page.mouse.move(200, 200);
    await page.mouse.down();
    await page.mouse.move(200, 260);
    await page.mouse.move(200, 380);
    await page.mouse.up();
    assert.deepEqual(await calls(page), ["onPullDownRefresh"]);
    assert.equal(await page.locator("phone-pull").isVisible(), true);
    await tt(page, "stopPullDownRefresh");
    await page.locator("phone-pull").waitFor({ state: "hidden" });
    await tt(page, "startPullDownRefresh");
    assert.deepEqual(await calls(page), ["onPullDownRefresh"]);
  });

  test("what is fixed stays in the page's window", async (t) => {
    const page = await open(t, at("scroll"));
    await tt(page, "pageScrollTo", { scrollTop: 500, duration: 0 });
    const box = await page.locator("#fixed").boundingBox();
    assert.deepEqual(box, { x: 380, y: 47 + 44, width: 10, height: 10 });
  });
});

describe("the screen", () => {
  test("the navigation bar says title and colours, and goes back and home", async (t) => {
    const page = await open(t, at("next"));
    const bar = page.locator(`${top} phone-bar`);
    assert.equal(await bar.locator("h1").textContent(), "Next");
    assert.equal(
      await bar.evaluate((element) => getComputedStyle(element).backgroundColor),
      "rgb(17, 34, 51)",
    );
    await tt(page, "setNavigationBarTitle", { title: "Changed" });
    await tt(page, "setNavigationBarColor", { frontColor: "#000000", backgroundColor: "#ff0000" });
    assert.equal(await bar.locator("h1").textContent(), "Changed");
    assert.deepEqual(
      await bar.evaluate((element) => [
        getComputedStyle(element).backgroundColor,
        getComputedStyle(element).color,
      ]),
      ["rgb(255, 0, 0)", "rgb(0, 0, 0)"],
    );
    await bar.getByRole("button", { name: "Home" }).click();
    await page.waitForFunction(() => getCurrentPages()[0]?.route === "pages/index/index");
    await go(page, "navigateTo", "next/next");
    await page.locator(`${top} phone-bar`).getByRole("button", { name: "Back" }).click();
    await page.waitForFunction(() => getCurrentPages().length === 1);
  });

  test("a page without bar begins at the top of the screen", async (t) => {
    const page = await open(t, at("custom"));
    assert.equal((await page.locator("#first").boundingBox()).y, 0);
    assert.equal(await page.evaluate(() => tt.getSystemInfoSync().windowHeight), VIEW.height);
  });

  test("tabs have icons, badges and dots", async (t) => {
    const page = await open(t, at("home"));
    await tt(page, "setTabBarBadge", { index: 1, text: "12" });
    await tt(page, "showTabBarRedDot", { index: 0 });
    const tabs = page.locator("phone-tabs");
    assert.equal(await tabs.getByRole("tab").nth(1).locator("b").textContent(), "12");
    assert.equal(await tabs.getByRole("tab").nth(0).locator("b.dot").count(), 1);
    assert.match(await tabs.locator("img").getAttribute("src"), /\/app\/file\/icon-on\.svg$/);
    await tt(page, "hideTabBar");
    assert.equal(await tabs.isVisible(), false);
  });

  test("each page has its own styles, and those of the app", async (t) => {
    const page = await open(t);
    const color = () => page.locator(`${top} .name`).evaluate((element) => getComputedStyle(element).color);
    assert.equal(await color(), "rgb(200, 0, 0)");
    assert.equal((await page.locator(`${top} .name`).boundingBox()).width, VIEW.width / 2);
    assert.equal(
      await page.locator(`${top} tt-page`).evaluate((element) => getComputedStyle(element).backgroundColor),
      "rgb(240, 240, 250)",
    );
    await go(page, "navigateTo", "next/next");
    assert.equal(await color(), "rgb(0, 0, 200)");
    await tt(page, "navigateBack");
    assert.equal(await color(), "rgb(200, 0, 0)");
  });
});

describe("scripts that go wrong", () => {
  test("throwing in every lifecycle leaves the phone usable", async (t) => {
    const page = await open(t, "", { expected: /broken|thereIsNoSuchFunction|nowhere\.png|404/ });
    await calls(page);
    await go(page, "navigateTo", "broken/broken");
    await page.click("#tap");
    await page.click("#later");
    await page.click("#reject");
    await page.click("#unknown");
    await callsUntil(page, "App.onUnhandledRejection broken promise").then((lines) => {
      for (const where of ["onLoad", "onShow", "onReady", "tap"])
        assert.ok(lines.includes(`App.onError Error: broken ${where}`), where);
    });
    await go(page, "navigateTo", "next/next");
    await tt(page, "navigateBack", { delta: 2 });
    const lines = await calls(page);
    for (const where of ["onHide", "onUnload"])
      assert.ok(lines.includes(`App.onError Error: broken ${where}`), where);
    assert.equal(lines.at(-1), "index.onShow");
    assert.deepEqual(await text(page, ".name"), ["index"]);
    const overlay = page.locator("phone-error");
    assert.match(
      (await overlay.locator("section > *").allTextContents()).join(),
      /broken onUnload.*pages\/broken\/broken\.js:2:9/s,
    );
    await overlay.getByRole("button", { name: "Dismiss" }).click();
    assert.equal(await overlay.count(), 0);
  });

  test("an error leaves the tab bar to be tapped", async (t) => {
    const page = await open(t, at("home"), { expected: /beside the tab bar/ });
    await page.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error("beside the tab bar");
        }),
    );
    await page.locator("phone-error", { hasText: "beside the tab bar" }).waitFor();
    await page.getByRole("tab", { name: "Mine" }).click();
    await page.waitForFunction(() => getCurrentPages()[0].route === "pages/mine/mine");
    assert.equal(await page.locator("phone-error").count(), 0);
  });

  test("circular requires give what there is, and attributes that are not there are told once", async (t) => {
    const page = await open(t, at("typo"), { expected: /no attribute|neither built in/ });
    const warned = () => page.complaints.filter((line) => line.includes("no attribute")).length;
    if (warned() === 0)
      await page.waitForEvent("console", { predicate: (message) => message.text().includes("no attribute") });
    await go(page, "reLaunch", "typo/typo");
    assert.equal(warned(), 1);
    assert.equal(await page.evaluate(() => phone.pages().length), 1);
  });
});

/** Stands for a test whose hooks run in another order: what was begun last ends first, the phone before its server. */
function lastFirst(t) {
  const ends = [];
  t.after(async () => {
    while (ends.length > 0) await ends.shift()();
  });
  return { after: (end) => ends.unshift(end) };
}

test("a project full of mistakes runs as far as it can", async (t) => {
  const inner = lastFirst(t);
  const folder = await emptyFolder();
  const files = {
    "app.json": '{ "pages": ["good", "missing", "binary"], "window": 7, "tabBar": { "list": "none" } }',
    "app.js": 'throw new Error("the app throws");',
    "good.js": "Page({ data: { n: 1 }, onLoad() { this.setData({ m: 2 }); } });",
    "good.ttml": '<view id="good">{{n}}{{m}}</view><input>',
    "binary.ttml": Buffer.from([0xff, 0xfe, 0x20]),
    "binary.js": "Page(5);",
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const { url } = await simulate(inner, folder);
  const page = await open(inner, "", { url, expected: /the app throws|expects an object/ });
  assert.deepEqual(await text(page, "#good"), ["12"]);
  for (const name of ["missing", "binary"]) {
    assert.deepEqual(await tt(page, "navigateTo", { url: `/${name}` }), { errMsg: "navigateTo:ok" });
  }
  await page.locator("phone-error", { hasText: "Page() expects an object, but got number" }).waitFor();
  await tt(page, "navigateBack", { delta: 2 });
  assert.deepEqual(await text(page, "#good"), ["12"]);
});

test("dates and numbers are written in the phone's language, not in the browser's", async (t) => {
  const page = await open(t);
  const written = (language) =>
    page.evaluate((language) => {
      phone.apply({ language });
      const date = new Date(2026, 0, 2, 3, 4, 5);
      return [
        date.toLocaleString(),
        date.toLocaleDateString(),
        date.toLocaleTimeString("de"),
        (1234.5).toLocaleString(undefined, { style: "percent" }),
      ];
    }, language);
  assert.deepEqual(await written("zh_CN"), ["2026/1/2 03:04:05", "2026/1/2", "03:04:05", "123,450%"]);
  assert.deepEqual((await written("en")).slice(1, 3), ["1/2/2026", "03:04:05"]);
});

test("loops of all kinds do what they say, and one that never ends is stopped", async (t) => {
  const page = await open(t, at("endless"), { expected: /a loop ran for more than 5 s/ });
  assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].results()), [0, 1, 2, "012", 0, 5]);
  await calls(page);
  // It takes longer than anything else here may.
  await page.click("#spin", { timeout: 60_000 });
  await page.locator("phone-error", { hasText: "pages/endless/endless.js:" }).waitFor({ timeout: 60_000 });
  const [start, ...ends] = await calls(page);
  assert.equal(start, "spins");
  assert.match(ends.at(-1), /^App\.onError Error: a loop ran for more than 5 s: does it never end\?$/);
  assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].results()), [0, 1, 2, "012", 0, 5]);
});

describe("model: binds data to what the user does", () => {
  const shown = (page) => page.locator("#shown").textContent();
  const data = (page) => page.evaluate(() => getCurrentPages()[0].data);

  test("in texts, switches and sliders, by name and by path", async (t) => {
    const page = await open(t, at("model"));
    assert.equal(await shown(page), "ada first false 10");
    await calls(page);
    await page.fill("#name input", "bob");
    // The handler of the event sees it already.
    assert.deepEqual(await calls(page), ["typed bob"]);
    await page.fill("#notes textarea", "second");
    await page.click("#on");
    await page.locator("#level input").press("ArrowRight");
    await page.waitForFunction(() => document.querySelector("#shown").textContent === "bob second true 11");
    const { name, deep, on, level } = await data(page);
    assert.deepEqual(
      { name, deep, on, level },
      { name: "bob", deep: { notes: ["second"] }, on: true, level: 11 },
    );
    assert.equal(await page.inputValue("#plain input"), "bob");
  });

  test("and what the page sets is shown", async (t) => {
    const page = await open(t, at("model"));
    await page.fill("#name input", "bob");
    await page.evaluate(() => getCurrentPages()[0].setData({ name: "", on: true }));
    assert.equal(await page.inputValue("#name input"), "");
    assert.equal(await page.getAttribute("#on", "aria-checked"), "true");
  });

  test("a value without it stays the user's own", async (t) => {
    const page = await open(t, at("model"));
    await page.fill("#plain input", "eve");
    assert.equal((await data(page)).name, "ada");
  });
});

/** A page that is a desk: one phone in a frame, and all that it reports. */
async function desk(t, path, url = simulator.url) {
  const context = await browser.newContext({ viewport: VIEW });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const frame = await phoneOnFakeDesk(page, url, path);
  return { page, frame, records: (kind) => page.evaluate((kind) => said(kind), kind) };
}

describe("for the desk", () => {
  test("the console, errors and problems come with their places in the source", async (t) => {
    const { page, records } = await desk(t, at("typo"));
    const [line] = await records("console");
    assert.deepEqual([line.level, line.values], ["log", ["typo", { first: "a" }, [1, 2]]]);
    assert.deepEqual(line.at, { file: "pages/typo/typo.js", line: 3, column: 9 });
    await page.waitForFunction(() => records.some(({ kind }) => kind === "problem"));
    const [{ problem }] = await records("problem");
    assert.deepEqual(problem, {
      severity: "warning",
      file: "pages/typo/typo.ttml",
      line: 3,
      column: 9,
      excerpt: '  <echo nosuchattribute="1">x</echo>',
      excerptColumn: 1,
      message: '<echo> has no attribute "nosuchattribute"',
    });
    await page.evaluate(() => ask("open", "pages/broken/broken"));
    await page.waitForFunction(() =>
      records.some(({ kind, message }) => kind === "error" && message.includes("broken onLoad")),
    );
    const [error] = (await records("error")).filter(({ message }) => message.includes("broken onLoad"));
    assert.deepEqual([error.at.file, error.at.line], ["pages/broken/broken.js", 2]);
  });

  test("pages and components are listed, and their data can be set", async (t) => {
    const { page, frame } = await desk(t, at("parts"));
    const [state] = await frame.evaluate(() => phone.pages());
    assert.deepEqual([state.route, state.data.label], ["pages/parts/parts", "a"]);
    const item = state.components.find(({ name }) => name === "components/item/item");
    assert.equal(item.data.label, "a");
    await page.evaluate(async (id) => {
      await ask("setData", 0, id, { shown: "from the desk" });
      await ask("setData", 0, null, { items: ["only"] });
    }, item.id);
    await assert.rejects(
      page.evaluate(() => ask("setData", 5, null, { items: [] })),
      /there is no page 5 in the stack/,
    );
    assert.match(await frame.locator("#single").textContent(), /^from the desk/);
    assert.equal(await frame.locator("#list tt-item").count(), 1);
  });

  test("permissions are asked for one after the other, and the desk may decide", async (t) => {
    const { page, frame, records } = await desk(t, at("index"));
    const answers = frame.evaluate(() =>
      Promise.all(
        ["scope.userLocation", "scope.camera"].map(
          (scope) =>
            new Promise((done) =>
              tt.authorize({ scope, success: () => done("granted"), fail: () => done("denied") }),
            ),
        ),
      ),
    );
    await frame.getByRole("dialog", { name: /your location/ }).waitFor();
    assert.equal(await frame.getByRole("dialog").count(), 1);
    await frame.getByRole("button", { name: "Allow", exact: true }).click();
    await frame.getByRole("dialog", { name: /your camera/ }).waitFor();
    await page.evaluate(() => ask("apply", { permissions: { "scope.camera": "denied" } }));
    assert.deepEqual(await answers, ["granted", "denied"]);
    await page.waitForFunction(() => records.some(({ kind }) => kind === "settings"));
    assert.deepEqual(
      (await records("settings")).map(({ change }) => change),
      [{ permissions: { "scope.userLocation": "granted" } }],
    );
  });
});

describe("hot reload", () => {
  /** A simulator over a copy of the fixture, which can be edited. */
  async function edited(t) {
    const inner = lastFirst(t);
    const folder = await emptyFolder();
    await cp(join(root, FOLDER), folder, { recursive: true });
    const { url } = await simulate(inner, folder);
    const edit = async (path, from, to) => {
      const file = join(folder, path);
      const source = await readFile(file, "utf8");
      assert.ok(source.includes(from), `${path} has ${from}`);
      // In one step, as editors save: the server never reads a file that is half written.
      await writeFile(`${folder}.new`, source.replace(from, to));
      await rename(`${folder}.new`, file);
    };
    return { edit, open: (path) => open(inner, path, { url }), desk: (path) => desk(inner, path, url) };
  }

  test("a style is swapped in place", async (t) => {
    const phone = await edited(t);
    const page = await phone.open(at("next"));
    await calls(page);
    await phone.edit("pages/next/next.ttss", "rgb(0, 0, 200)", "rgb(0, 99, 0)");
    await page.waitForFunction(
      () => getComputedStyle(document.querySelector(".name")).color === "rgb(0, 99, 0)",
    );
    assert.deepEqual(await calls(page), []);
  });

  test("an image is shown anew by the tab bar and by styles", async (t) => {
    const phone = await edited(t);
    const sheet = await readFile(join(root, FOLDER, "app.ttss"), "utf8");
    await phone.edit("app.ttss", sheet, `${sheet}.name { background: url(/icon.svg) }`);
    const page = await phone.open(at("mine"));
    const shown = () =>
      page.evaluate(() => [
        document.querySelector("phone-tabs").shadowRoot.querySelector("img").src,
        getComputedStyle(document.querySelector(".name")).backgroundImage,
      ]);
    for (const address of await shown()) assert.match(address, /icon\.svg"?\)?$/);
    await phone.edit("icon.svg", "<svg", "<svg id='changed'");
    await page.waitForFunction(() =>
      /icon\.svg\?v=/.test(getComputedStyle(document.querySelector(".name")).backgroundImage),
    );
    for (const address of await shown()) assert.match(address, /icon\.svg\?v=\d+"?\)?$/);
  });

  test("a template is applied to the page that is there, which keeps its data", async (t) => {
    const phone = await edited(t);
    const page = await phone.open(at("data"));
    await page.evaluate(() => getCurrentPages()[0].setData({ n: 5, "list[0].text": "kept" }));
    await phone.edit("pages/data/data.ttml", '<view id="n">{{n}}</view>', '<view id="n">n is {{n}}</view>');
    await page.waitForFunction(() => document.querySelector("#n")?.textContent === "n is 5");
    await page.evaluate(() => getCurrentPages()[0].setData({ n: 6 }));
    assert.deepEqual(await text(page, "#n, .row"), ["n is 6", "0:1:kept", "1:2:two"]);
  });

  test("a script makes its page anew with its data, and leaves the others", async (t) => {
    const phone = await edited(t);
    const page = await phone.open("");
    await go(page, "navigateTo", "data/data?a=1");
    await page.evaluate(() => getCurrentPages()[1].setData({ n: 5 }));
    await calls(page);
    await phone.edit("pages/data/data.js", "return 1", "return 2");
    await page.waitForFunction(() => getCurrentPages()[1]?.version() === 2);
    await page.waitForFunction(() => getCurrentPages()[1].data.n === 5);
    assert.deepEqual(await text(page, "#n"), ["5"]);
    const routes = await page.evaluate(() => getCurrentPages().map(({ route, options }) => [route, options]));
    assert.deepEqual(routes, [
      ["pages/index/index", {}],
      ["pages/data/data", { a: "1" }],
    ]);
    assert.deepEqual(
      (await calls(page)).filter((line) => line.startsWith("index")),
      [],
    );
  });

  test("what a script begins with is shown as it is changed, unless the page has changed it, too", async (t) => {
    const phone = await edited(t);
    const page = await phone.open(at("data"));
    await page.evaluate(() => getCurrentPages()[0].setData({ n: 5 }));
    await phone.edit("pages/data/data.js", 'n: 0, gone: "here"', 'n: 1, gone: "there"');
    await page.waitForFunction(() => document.querySelector("#gone").textContent === "there");
    await page.waitForFunction(() => document.querySelector("#n").textContent === "5");
  });

  test("components of a page whose script changed stay what they are", async (t) => {
    const phone = await edited(t);
    const page = await phone.open(at("parts"));
    const before = await text(page, "#single");
    assert.notDeepEqual(before, [""]);
    await phone.edit("pages/parts/parts.js", "pick(event) {", "version: () => 2,\n  pick(event) {");
    await page.waitForFunction(() => getCurrentPages()[0]?.version?.() === 2);
    assert.deepEqual(await text(page, "#single"), before);
  });

  test("a script that cannot be read is told, and its page goes on until it can", async (t) => {
    const phone = await edited(t);
    const page = await phone.open(at("data"));
    await phone.edit("pages/data/data.js", "return 1;", "return 1 +;");
    await page.locator("phone-error", { hasText: "pages/data/data.js:14" }).waitFor();
    assert.equal(await page.evaluate(() => getCurrentPages()[0].version()), 1);
    await phone.edit("pages/data/data.js", "return 1 +;", "return 3;");
    await page.waitForFunction(() => getCurrentPages()[0].version() === 3);
    assert.equal(await page.locator("phone-error").count(), 0);
  });

  test("a template that is broken is told, and its page goes on with the last that was not", async (t) => {
    const phone = await edited(t);
    const page = await phone.open(at("data"));
    await page.evaluate(() => getCurrentPages()[0].setData({ n: 5 }));
    await phone.edit("pages/data/data.ttml", "{{n}}</view>", "{{n}}");
    await page.locator("phone-error", { hasText: "pages/data/data.ttml:1:1" }).waitFor();
    await page.evaluate(() => getCurrentPages()[0].setData({ n: 6 }));
    assert.deepEqual(await text(page, "#n, .row"), ["6", "0:1:one", "1:2:two"]);
    await phone.edit("pages/data/data.ttml", "{{n}}", "is {{n}}</view>");
    await page.waitForFunction(() => document.querySelector("#n")?.textContent === "is 6");
    await page.locator("phone-error").waitFor({ state: "detached" });
  });

  test("what was told of a file is taken back when it is saved, and told again if it is still so", async (t) => {
    const phone = await edited(t);
    const { page, records } = await phone.desk(at("typo"));
    const told = async (count) => {
      await page.waitForFunction(
        (count) => records.filter(({ kind }) => kind === "problem").length === count,
        count,
      );
      return (await records("problem")).at(-1).problem;
    };
    const first = await told(1);
    await phone.edit("pages/typo/typo.ttml", 'nosuchattribute="1"', 'class="right"');
    await page.waitForFunction(() => records.some(({ kind }) => kind === "resolved"));
    assert.deepEqual((await records("resolved"))[0].problems, [first]);
    await phone.edit("pages/typo/typo.ttml", 'class="right"', '\n    nosuchattribute="2"');
    assert.equal((await told(2)).line, 4);
    // So it is when the script of the page is saved, from which the attribute does not come.
    await phone.edit("pages/typo/typo.js", "[1, 2]", "[1, 2, 3]");
    assert.equal((await told(3)).line, 4);
    assert.equal((await records("resolved")).length, 2);
  });

  test("the app's script starts the mini-program anew, on the same pages", async (t) => {
    const phone = await edited(t);
    const page = await phone.open("");
    await go(page, "navigateTo", "data/data?a=1");
    await page.evaluate(() => getCurrentPages()[1].setData({ n: 5 }));
    await phone.edit("app.js", "shared: 1", "shared: 2");
    await page.waitForFunction(
      () => globalThis.getApp?.()?.globalData.shared === 2 && getCurrentPages().length === 2,
    );
    await page.waitForFunction(() => getCurrentPages()[1].data.n === 5);
    assert.deepEqual(await text(page, "#n"), ["5"]);
  });
});
