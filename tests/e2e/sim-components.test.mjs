// The built-in components, each on its page of examples/components: what is tapped, typed and
// dragged there, which events the page is told with which details, and what is seen.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { atLast, emptyFolder, launch } from "./harness.mjs";
import { until } from "./person.mjs";
import { simulate } from "./simulator.mjs";

let simulator, browser, context;
const closing = [];

before(async () => {
  simulator = await simulate({ after: (close) => closing.push(close) }, "examples/components");
  browser = await launch();
  context = await browser.newContext({ viewport: { width: 375, height: 760 }, hasTouch: true });
  context.setDefaultTimeout(10_000);
});
after(async () => {
  await browser?.close();
  for (const close of closing) close();
});

/**
 * A phone on a page of the example. The test fails if the phone reports a problem or an error that
 * is not `expected`.
 */
async function open(t, name, { query = "", expected } = {}) {
  const page = await context.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    const text = message.text();
    if (/^(error|warning)$/.test(message.type()) && !expected?.test(text)) complaints.push(text);
  });
  t.after(() => page.close());
  atLast(t, () => assert.deepEqual(complaints, [], "what the phone complained about"));
  const settings = `id=${name}&user=ada&language=en&fake=1`;
  await page.goto(`${simulator.url}phone/?${settings}&path=pages/${name}/${name}${query}`);
  await page.locator("tt-page").waitFor();
  await page.waitForFunction(() => getCurrentPages().length > 0);
  return page;
}

/** The events that the page was told, the last first, each as `[type, detail]`. */
function events(page) {
  return page.evaluate(() =>
    getCurrentPages()
      .at(-1)
      .data.events.map(({ type, detail }) => [type, JSON.parse(detail)]),
  );
}

/** Waits for an event on top of those of the page, and gives its detail. */
async function told(page, type) {
  await page.waitForFunction((type) => getCurrentPages().at(-1).data.events[0]?.type === type, type);
  return (await events(page))[0][1];
}

/** Waits until the page is told nothing but these types, the first first. */
async function toldAll(page, ...types) {
  await page.waitForFunction(
    (types) =>
      getCurrentPages()
        .at(-1)
        .data.events.map(({ type }) => type)
        .join() === types,
    types.toReversed().join(),
  );
  return (await events(page)).toReversed().map(([, detail]) => detail);
}

/** Forgets the events so far. */
function forget(page) {
  return page.evaluate(() => getCurrentPages().at(-1).setData({ events: [] }));
}

/** Waits until an element's text is this. */
async function reads(locator, text) {
  const page = locator.page();
  await page.waitForFunction(
    ([element, text]) => element.textContent === text,
    [await locator.elementHandle(), text],
  );
}

/** A style that an element has. */
function style(locator, name) {
  return locator.evaluate((element, name) => getComputedStyle(element)[name], name);
}

async function box(locator) {
  return locator.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  });
}

/** Drags from the middle of an element, in steps. */
async function drag(locator, dx, dy, { steps = 8, hold = false } = {}) {
  const page = locator.page();
  const { x, y, width, height } = await box(locator);
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await page.mouse.move(x + width / 2 + dx, y + height / 2 + dy, { steps });
  if (!hold) await page.mouse.up();
}

/** Moves a finger from the middle of an element, as the browser itself would report it. */
async function swipe(locator, dx, dy, { steps = 6, lift = true } = {}) {
  const page = locator.page();
  const session = await page.context().newCDPSession(page);
  const { x, y, width, height } = await box(locator);
  const at = (part) => [{ x: x + width / 2 + dx * part, y: y + height / 2 + dy * part }];
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: at(0) });
  for (let step = 1; step <= steps; step += 1) {
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: at(step / steps) });
  }
  if (lift) await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
}

/** The colour of a pixel of an element as it is drawn, as `[red, green, blue]`. */
async function pixel(locator, x, y) {
  const image = (await locator.screenshot()).toString("base64");
  return locator.page().evaluate(
    async ([image, x, y]) => {
      const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${image}`)).blob());
      const canvas = new OffscreenCanvas(picture.width, picture.height);
      const drawing = canvas.getContext("2d");
      drawing.drawImage(picture, 0, 0);
      return [...drawing.getImageData(x, y, 1, 1).data.slice(0, 3)];
    },
    [image, x, y],
  );
}

test("the index leads to every page", async (t) => {
  const page = await open(t, "index");
  const links = await page.getByRole("link").allTextContents();
  assert.ok(links.length >= 31, `${links.length} links`);
  await page.getByRole("link", { name: "rich-text" }).click();
  await page.waitForFunction(() => getCurrentPages().at(-1).route === "pages/rich-text/rich-text");
});

test("view shows that it is pressed, and only the innermost that says so", async (t) => {
  const page = await open(t, "view");
  const [outer, inner] = [page.locator("#outer"), page.locator("#inner")];
  const [resting, innerResting] = [
    await style(outer, "backgroundColor"),
    await style(inner, "backgroundColor"),
  ];

  await drag(inner, 0, 0, { hold: true });
  await page.waitForFunction(() => document.querySelector("#inner").className.includes("pressed-inner"));
  assert.notEqual(await style(inner, "backgroundColor"), innerResting);
  await page.mouse.up();
  assert.equal(await style(outer, "backgroundColor"), resting, "the outer one was kept out of it");
  await page.waitForFunction(() => !document.querySelector("#inner").className.includes("pressed"));
  assert.equal((await events(page)).length, 1, "catchtap keeps the tap from the outer view");

  const { x, y } = await box(outer);
  await page.mouse.move(x + 20, y + 15);
  await page.mouse.down();
  await page.waitForFunction(() => document.querySelector("#outer").className.includes("pressed"));
  await page.mouse.move(x + 20, y + 60, { steps: 4 });
  await page.waitForFunction(() => !document.querySelector("#outer").className.includes("pressed"));
  await page.mouse.up();
  assert.equal((await events(page)).length, 1, "a finger that moved does not tap");
});

test("hidden takes an element out of the layout and keeps it", async (t) => {
  const page = await open(t, "view");
  const secret = page.locator("#secret");
  assert.equal(await secret.isVisible(), true);
  await page.locator("#toggle").click();
  await secret.waitFor({ state: "hidden" });
  assert.equal(await style(secret, "display"), "none");
});

test("scroll-view scrolls, says so, and tells once that an end is reached", async (t) => {
  const page = await open(t, "scroll-view");
  const view = page.locator("#vertical");
  const { x, y } = await box(view);
  await page.mouse.move(x + 50, y + 50);
  await page.mouse.wheel(0, 150);
  await reads(page.locator("#offset"), "150 px");
  assert.deepEqual(await events(page), []);
  await page.mouse.wheel(0, 5000);
  assert.deepEqual(await told(page, "scrolltolower"), { direction: "bottom" });
  await page.mouse.wheel(0, -5);
  await page.mouse.wheel(0, 5);
  await page.mouse.wheel(0, -5000);
  assert.deepEqual(await toldAll(page, "scrolltolower", "scrolltoupper"), [
    { direction: "bottom" },
    { direction: "top" },
  ]);

  await page.locator("#to-top").click();
  await reads(page.locator("#offset"), "120 px");
  await page.locator("#to-line").click();
  await page.waitForFunction(() => {
    const [view, line] = ["#vertical", "#line-10"].map((id) =>
      document.querySelector(id).getBoundingClientRect(),
    );
    return Math.abs(view.top - line.top) < 1;
  });

  const row = await box(page.locator("#horizontal"));
  await page.mouse.move(row.x + 50, row.y + 20);
  await page.mouse.wheel(5000, 0);
  assert.deepEqual(await told(page, "scrolltolower"), { direction: "right" });
});

test("scroll-view's event has the offsets, the sizes and the differences", async (t) => {
  const page = await open(t, "scroll-view");
  await page.evaluate(() => {
    const top = getCurrentPages().at(-1);
    top.scrolled = (event) => (window.scrolled = event);
  });
  const { x, y } = await box(page.locator("#vertical"));
  await page.mouse.move(x + 50, y + 50);
  await page.mouse.wheel(0, 40);
  await page.waitForFunction(() => window.scrolled?.detail.scrollTop === 40);
  const detail = await page.evaluate(() => window.scrolled.detail);
  const view = await page
    .locator("#vertical")
    .evaluate(({ scrollHeight, scrollWidth }) => ({ scrollHeight, scrollWidth }));
  assert.deepEqual(Object.keys(detail).sort(), [
    "deltaX",
    "deltaY",
    "scrollHeight",
    "scrollLeft",
    "scrollTop",
    "scrollWidth",
  ]);
  assert.deepEqual({ ...detail, deltaY: 0 }, { scrollTop: 40, scrollLeft: 0, deltaX: 0, deltaY: 0, ...view });
  assert.ok(detail.deltaY < 0, "downwards is negative");
});

test("scroll-view is pulled down to refresh, until the page says that it is done", async (t) => {
  const page = await open(t, "scroll-view");
  const view = page.locator("#refresher");
  await drag(view, 0, 60);
  assert.deepEqual(Object.keys(await told(page, "refresherabort")), ["dy"]);
  await drag(view, 0, 160, { hold: true });
  assert.ok((await box(view.locator("> div").first())).height > 50, "the area above is out");
  await page.mouse.up();
  await toldAll(page, "refresherabort", "refresherrefresh", "refresherrestore");
  await page.waitForFunction(() => document.querySelector("#refresher > div").offsetHeight === 0);
});

test("swiper is swiped, and goes round", async (t) => {
  const page = await open(t, "swiper");
  const swiper = page.locator("#swiper");
  await drag(swiper, -200, 0);
  const [change, finished] = await toldAll(page, "change", "animationfinish");
  assert.deepEqual(change, { current: 1, currentItemId: "item-1", source: "touch" });
  assert.deepEqual(finished, { ...change, dx: 0, dy: 0 });
  assert.deepEqual(await pixel(swiper, 20, 20), [224, 71, 107]);

  await forget(page);
  await drag(swiper, 20, 0, { hold: true });
  // A short way that ends in a rest; without it, it is a flick.
  await page.waitForTimeout(150);
  await page.mouse.up();
  await told(page, "animationfinish");
  assert.equal((await events(page)).length, 1, "too short a way changes nothing");

  await forget(page);
  await drag(swiper, 200, 0);
  await told(page, "animationfinish");
  await forget(page);
  await drag(swiper, 200, 0);
  assert.deepEqual(await told(page, "animationfinish"), {
    current: 2,
    currentItemId: "item-2",
    source: "touch",
    dx: 0,
    dy: 0,
  });
  assert.deepEqual(await pixel(swiper, 20, 20), [29, 156, 124]);
});

test("swiper goes where the page says, and by itself", async (t) => {
  const page = await open(t, "swiper");
  await page.locator("#next").click();
  assert.deepEqual((await toldAll(page, "change", "animationfinish"))[0], {
    current: 1,
    currentItemId: "item-1",
    source: "",
  });
  await page.getByRole("switch").first().click();
  await page.waitForFunction(() =>
    getCurrentPages()
      .at(-1)
      .data.events.some(({ type, detail }) => type === "change" && JSON.parse(detail).source === "autoplay"),
  );
});

test("swiper: vertical, with margins, and with several items", async (t) => {
  const page = await open(t, "swiper");
  const vertical = page.locator("#vertical");
  assert.deepEqual(await pixel(vertical, 20, 60), [63, 109, 246]);
  assert.deepEqual(await pixel(vertical, 20, 130), [224, 71, 107], "the next one shows at the margin");
  await drag(vertical, 0, -60);
  assert.equal((await told(page, "change")).current, 1);

  const multiple = page.locator("#multiple");
  assert.deepEqual(await pixel(multiple, 20, 20), [63, 109, 246]);
  assert.deepEqual(await pixel(multiple, 330, 20), [224, 71, 107]);
  await drag(multiple, -150, 0);
  assert.equal((await told(page, "change")).current, 1);
  await forget(page);
  await drag(multiple, -150, 0, { steps: 3 });
  assert.deepEqual(await events(page), [], "there is no third item behind the last two");
});

test("movable-view is dragged within its area", async (t) => {
  const page = await open(t, "movable-view");
  const place = page.locator("#place");
  const piece = page.locator("#free");
  await drag(piece, 50, 30, { hold: true });
  await reads(place, "50, 30 touch");
  assert.deepEqual(await events(page), [["htouchmove", { x: 0, y: 0 }]]);
  await page.mouse.move(0, 0, { steps: 6 });
  await page.waitForFunction(() => /touch-out-of-bounds$/.test(document.querySelector("#place").textContent));
  await page.mouse.up();
  await reads(place, "0, 0 out-of-bounds");
  await page.locator("#move").click();
  await reads(place, "60, 40 ");
  const [area, at] = [await box(page.locator("#area")), await box(piece)];
  assert.deepEqual([at.x - area.x, at.y - area.y], [60, 40]);
});

test("movable-view keeps to its direction, and is scaled", async (t) => {
  const page = await open(t, "movable-view");
  const across = page.locator("#across");
  await drag(across, 2000, 50);
  const { x, y } = await told(page, "change");
  const area = await box(across.locator(".."));
  assert.deepEqual([x, y], [area.width - (await box(across)).width, 0]);

  await page.locator("#zoom").click();
  assert.equal((await told(page, "scale")).scale, 2);
  const scaled = page.locator("#scaled");
  assert.equal((await box(scaled)).width, 120);
  const at = await box(scaled);
  await page.mouse.move(at.x + 30, at.y + 30);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -2000);
  await page.keyboard.up("Control");
  await page.waitForFunction(() => {
    const [{ type, detail }] = getCurrentPages().at(-1).data.events;
    return type === "scale" && JSON.parse(detail).scale === 3;
  });
});

test("cover-view lies over a video and can be tapped", async (t) => {
  const page = await open(t, "cover-view");
  assert.deepEqual(await told(page, "load"), { width: 320, height: 180 });
  await page.locator("#cover").click();
  await told(page, "tap");
});

test("text keeps lines, and spaces and entities on wish", async (t) => {
  const page = await open(t, "text");
  const lines = await box(page.locator("#lines"));
  assert.ok(lines.height > 30, "two lines");
  assert.equal(await page.locator("#ensp").textContent(), "one\u2002\u2002\u2002two");
  assert.equal(await page.locator("#emsp").textContent(), "one\u2003\u2003\u2003two");
  assert.equal(await page.locator("#encoded").textContent(), "1 &lt; 2 &amp;&amp; 3 &gt; 2");
  assert.equal(await page.locator("#decoded").textContent(), "1 < 2 && 3 > 2");
  await page.locator("#decode").click();
  await reads(page.locator("#decoded"), "1 &lt; 2 &amp;&amp; 3 &gt; 2");
  await page.evaluate(() => getCurrentPages()[0].setData({ decode: true, entities: "&amp;lt;" }));
  await reads(page.locator("#decoded"), "&lt;");
  assert.equal(await style(page.locator("#selectable"), "userSelect"), "text");
  assert.equal(await style(page.locator("#lines"), "userSelect"), "none");
  await page.locator("text=inner").click();
  await told(page, "tap");
});

test("rich-text shows what is trusted and nothing else", async (t) => {
  const page = await open(t, "rich-text");
  const html = page.locator("#html");
  assert.equal(await html.locator("li").count(), 2);
  assert.equal(await style(html.locator("p"), "color"), "rgb(63, 109, 246)", "classes are the page's");
  assert.equal(await html.locator("script").count(), 0);
  assert.equal(await html.locator("a").getAttribute("href"), null);
  const list = page.locator("#list");
  assert.match(await list.textContent(), /^Text\u00a0of\u00a0a\u00a0\u00a0\u00a0node,\u00a0<decoded>/);
  assert.equal(await style(list.locator("p"), "fontSize"), "18px");
  assert.equal(await list.locator("img").getAttribute("alt"), "a landscape");
  assert.equal(await list.locator("iframe").count(), 0);
  await html.locator("li").first().click();
  assert.equal(await told(page, "tap"), "on the rich-text");
});

test("icon draws each type at its size", async (t) => {
  const page = await open(t, "icon");
  assert.equal(await page.getByRole("img", { name: "success no circle" }).count(), 1);
  const sizes = await page
    .locator(".card >> nth=1")
    .locator("tt-icon")
    .evaluateAll((icons) => icons.map((icon) => icon.offsetWidth));
  assert.deepEqual(sizes, [16, 24, 32, 48, 64]);
  assert.deepEqual(await pixel(page.getByRole("img", { name: "warn", exact: true }), 6, 18), [244, 53, 48]);
});

test("progress moves to its percent and tells when it is there", async (t) => {
  const page = await open(t, "progress");
  assert.deepEqual(await toldAll(page, "activeend", "activeend"), [{ curPercent: 20 }, { curPercent: 20 }]);
  const bar = await box(page.locator("#plain > div > div"));
  const track = await box(page.locator("#plain > div"));
  assert.ok(Math.abs(bar.width - 0.4 * track.width) < 1);
  assert.equal(track.height, 6);
  await forget(page);
  await page.locator("#more").click();
  assert.deepEqual(await toldAll(page, "activeend", "activeend"), [{ curPercent: 40 }, { curPercent: 40 }]);
  assert.equal(await page.getByRole("progressbar").first().getAttribute("aria-valuenow"), "40");
});

test("button is pressed by tap and by key, unless it is disabled", async (t) => {
  const page = await open(t, "button");
  const button = page.getByRole("button", { name: "default" });
  await button.click();
  assert.deepEqual(Object.keys(await told(page, "tap")), ["x", "y"]);
  await button.focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press(" ");
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 3);
  const disabled = page.getByRole("button", { name: "disabled" });
  assert.equal(await disabled.isDisabled(), true);
  await disabled.click({ force: true });
  await disabled.evaluate((element) => element.click());
  await page.locator("#primary").click();
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 4);
  assert.equal((await box(page.locator("#loading > i"))).width > 10, true, "loading shows a spinner");

  const hover = page.locator("#hover");
  const { x, y } = await box(hover);
  await page.mouse.move(x + 10, y + 10);
  await page.mouse.down();
  await page.waitForFunction(
    () => getComputedStyle(document.querySelector("#hover")).backgroundColor === "rgb(29, 156, 124)",
  );
  await page.mouse.up();
  await page.waitForFunction(
    () => getComputedStyle(document.querySelector("#hover")).backgroundColor === "rgb(255, 255, 255)",
  );
});

test("button shares, asks for the phone number, and says what it cannot", async (t) => {
  const page = await open(t, "button");
  await page.locator("#share").click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("from button #share").waitFor();
  await dialog.getByRole("button", { name: "Share", exact: true }).click();
  assert.deepEqual(await told(page, "shared"), { errMsg: "shareAppMessage:ok" });

  await page.locator("#phone").click();
  await dialog.getByRole("button", { name: "Refuse" }).click();
  assert.deepEqual(await told(page, "getphonenumber"), {
    errMsg: "getPhoneNumber:fail auth deny",
    code: "undefined",
  });
  await page.locator("#phone").click();
  await dialog.getByRole("button", { name: "Allow" }).click();
  await page.waitForFunction(() => /getPhoneNumber:ok/.test(getCurrentPages()[0].data.events[0].detail));

  await page.locator("#im").click();
  await dialog.getByRole("button", { name: "OK" }).click();
  assert.equal((await told(page, "im")).errMsg, "im:fail not supported by the simulator");

  await page.locator("#setting").click();
  await dialog.waitFor();
  await page.keyboard.press("Escape");
  assert.ok("authSetting" in (await told(page, "opensetting")));
});

test("checkboxes: their group tells which are checked, in the page's order", async (t) => {
  const page = await open(t, "checkbox");
  await page.getByRole("checkbox", { name: "plum" }).click();
  assert.deepEqual(await told(page, "change"), { value: ["apple", "plum"] });
  await page.getByRole("checkbox", { name: "pear" }).focus();
  await page.keyboard.press(" ");
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 2);
  assert.deepEqual(await told(page, "change"), { value: ["apple", "pear", "plum"] });
  await page.getByRole("checkbox", { name: "quince" }).click({ force: true });
  await page.getByRole("checkbox", { name: "apple" }).click();
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 3);
  assert.deepEqual(await told(page, "change"), { value: ["pear", "plum"] });
  assert.equal(await page.getByRole("checkbox", { name: "apple" }).isChecked(), false);
});

test("radios: one of a group", async (t) => {
  const page = await open(t, "radio");
  await page.getByRole("radio", { name: "green" }).click();
  assert.deepEqual(await told(page, "change"), { value: "green" });
  assert.equal(await page.getByRole("radio", { name: "red" }).isChecked(), false);
  await page.getByRole("radio", { name: "green" }).click();
  await page.getByRole("radio", { name: "blue" }).click({ force: true });
  assert.equal((await events(page)).length, 1, "no change of what is chosen already, or disabled");
  await page.getByRole("radio", { name: "green" }).focus();
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 2);
  assert.deepEqual(await told(page, "change"), { value: "red" });
});

test("form gathers what has a name, and resets it", async (t) => {
  const page = await open(t, "form");
  const submitted = async () => {
    await page.locator("#submit").click();
    await page.waitForFunction(() => getCurrentPages()[0].data.submitted !== "");
    const text = await page.locator("#submitted").textContent();
    await page.evaluate(() => getCurrentPages()[0].setData({ submitted: "" }));
    return JSON.parse(text);
  };
  const initial = {
    name: "Ada",
    news: true,
    age: 30,
    color: "red",
    fruits: ["pear"],
    city: 0,
    notes: "",
    stars: 3,
  };
  assert.deepEqual(await submitted(), initial);

  await page.getByRole("textbox", { name: "input" }).fill("Grace");
  await page.locator("#news").click();
  await page.getByRole("slider").focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("radio", { name: "green" }).click();
  await page.getByRole("checkbox", { name: "apple" }).click();
  await page.getByPlaceholder("notes").fill("two\nlines");
  await page.locator("text=☆").last().click();
  await page.locator("#city").click();
  await page.getByRole("option", { name: "深圳" }).click();
  await page.getByRole("option", { name: "深圳", selected: true }).waitFor();
  await page.getByRole("button", { name: "Confirm" }).click();
  await page.waitForFunction(() => getCurrentPages()[0].data.city === 2);
  assert.deepEqual(await submitted(), {
    name: "Grace",
    news: false,
    age: 31,
    color: "green",
    fruits: ["apple", "pear"],
    city: 2,
    notes: "two\nlines",
    stars: 5,
  });

  await page.locator("#reset").click();
  assert.deepEqual(await told(page, "reset"), {});
  // What the page has changed itself is what it says now: the picker's value comes from no attribute.
  assert.deepEqual(await submitted(), { ...initial, stars: 5 });
});

test("input tells what is typed, once, and what becomes of it", async (t) => {
  const page = await open(t, "input");
  const field = page.getByPlaceholder("text · 文字");
  await field.click();
  assert.deepEqual(await told(page, "focus"), { value: "", height: 0 });
  await page.keyboard.type("hi");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("!");
  assert.deepEqual(await toldAll(page, "focus", "input", "input", "input"), [
    { value: "", height: 0 },
    { value: "h", cursor: 1 },
    { value: "hi", cursor: 2 },
    { value: "h!i", cursor: 2 },
  ]);
  await page.keyboard.press("Enter");
  const [, , , , confirmed, blurred] = await toldAll(
    page,
    "focus",
    "input",
    "input",
    "input",
    "confirm",
    "blur",
  );
  assert.deepEqual(confirmed, { value: "h!i" });
  assert.equal(blurred.value, "h!i");
});

test("input: types, lengths, placeholders and answers of the handler", async (t) => {
  const page = await open(t, "input");
  const placeholder = page.locator("#text > div");
  assert.equal(await style(placeholder, "color"), "rgb(63, 109, 246)");
  assert.equal(
    await style(page.locator("#digit > div"), "fontStyle"),
    "italic",
    "placeholder-class is of the page",
  );
  await page.locator("#number input").pressSequentially("12a345");
  assert.equal(await page.locator("#number input").inputValue(), "1234");
  await page.locator("#digit input").pressSequentially("1.2.x3");
  assert.equal(await page.locator("#digit input").inputValue(), "1.23");
  assert.equal(await page.locator("#password input").getAttribute("type"), "password");
  assert.equal(await page.locator("#disabled input").isDisabled(), true);
  await page.locator("#upper input").pressSequentially("abc");
  assert.equal(await page.locator("#upper input").inputValue(), "ABC");
});

test("input is focused by the page, and keeps what is typed until the page says otherwise", async (t) => {
  const page = await open(t, "input");
  const field = page.locator("#focused input");
  await page.locator("#focus").click();
  await page.waitForFunction(() => document.activeElement === document.querySelector("#focused input"));
  assert.deepEqual(await field.evaluate((input) => [input.selectionStart, input.selectionEnd]), [2, 5]);
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  assert.deepEqual(await told(page, "confirm"), { value: "01x56789" });
  assert.equal(await field.evaluate((input) => document.activeElement === input), true, "confirm-hold");
  await page.evaluate(() => getCurrentPages()[0].setData({ value: "0123456789" }));
  assert.equal(await field.inputValue(), "01x56789", "the same value again changes nothing");
  await page.locator("#set").click();
  await page.waitForFunction(() => document.querySelector("#focused input").value.startsWith("set "));
});

test("textarea counts its lines and grows with them", async (t) => {
  const page = await open(t, "textarea");
  const plain = page.getByPlaceholder("several lines");
  await plain.click();
  await page.keyboard.type("a");
  await page.keyboard.press("Enter");
  const details = await toldAll(page, "focus", "input", "linechange", "input");
  assert.equal(details[2].lineCount, 2);
  assert.deepEqual(details[3], { value: "a\n", cursor: 2 });
  await forget(page);

  const grow = page.locator("#grow");
  const { height } = await box(grow);
  await grow.locator("textarea").fill("one\ntwo\nthree");
  await page.waitForFunction((height) => document.querySelector("#grow").offsetHeight > 2 * height, height);
  await page.keyboard.press("Enter");
  assert.deepEqual(await told(page, "confirm"), { value: "one\ntwo\nthree" });
});

test("label: a tap on it is one on its control", async (t) => {
  const page = await open(t, "label");
  await page.getByText("Tap the text").click();
  assert.deepEqual(await told(page, "change"), { value: ["inside"] });
  await page.locator("#inside").click();
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 2);
  assert.deepEqual(await told(page, "change"), { value: [] }, "a tap on the control itself counts once");
  await page.locator("#other").click();
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 3);
  assert.deepEqual(await told(page, "change"), { value: true });
  assert.equal(await page.getByRole("switch", { name: "The label of the switch" }).isChecked(), true);
  await page.getByText("An input").click();
  await told(page, "focus");
  await page.getByText("A button").click();
  await told(page, "tap");
});

test("switch: on and off", async (t) => {
  const page = await open(t, "switch");
  const [plain, colored, disabled] = await page.getByRole("switch").all();
  await plain.click();
  assert.deepEqual(await told(page, "change"), { value: true });
  await plain.focus();
  await page.keyboard.press(" ");
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 2);
  assert.deepEqual(await told(page, "change"), { value: false });
  assert.equal(await style(colored.locator("> i"), "backgroundColor"), "rgb(29, 156, 124)");
  await page.getByRole("checkbox").click();
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 3);
  await disabled.click({ force: true });
  assert.equal(await disabled.isChecked(), true);
  assert.equal((await events(page)).length, 3);
});

test("slider: a tap jumps, keys step, and values keep to the steps", async (t) => {
  const page = await open(t, "slider");
  const [plain, steps, disabled] = await page.getByRole("slider").all();
  const { width } = await box(plain);
  await plain.click({ position: { x: width / 2, y: 14 } });
  assert.deepEqual(await told(page, "change"), { value: 50 });
  await reads(page.locator("#changing"), "changing: 50");
  assert.equal(await page.locator("#plain > span").textContent(), "50");
  await steps.focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 2);
  assert.deepEqual(await told(page, "change"), { value: 30 });
  assert.equal(await disabled.isDisabled(), true);
});

test("picker: one of a list", async (t) => {
  const page = await open(t, "picker");
  const dialog = page.getByRole("dialog");
  await page.locator("#selector").click();
  assert.deepEqual(await dialog.getByRole("option").allTextContents(), ["北京", "上海", "深圳"]);
  await dialog.getByRole("option", { name: "上海", selected: true }).waitFor();
  await dialog.getByRole("option", { name: "深圳" }).click();
  await dialog.getByRole("option", { name: "深圳", selected: true }).waitFor();
  await dialog.getByRole("button", { name: "Confirm" }).click();
  assert.deepEqual(await told(page, "change"), { value: 2 });
  assert.equal(await page.locator("#selector text, #selector tt-text").textContent(), "深圳");

  await page.locator("#selector").click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  assert.deepEqual(await told(page, "cancel"), {});
  await page.locator("#disabled").click({ force: true });
  assert.equal(await dialog.count(), 0);
});

test("picker: several columns, of which the page fills the second", async (t) => {
  const page = await open(t, "picker");
  const dialog = page.getByRole("dialog");
  await page.locator("#multi").focus();
  await page.keyboard.press("Enter");
  const [first, second] = [dialog.getByRole("listbox").nth(0), dialog.getByRole("listbox").nth(1)];
  assert.deepEqual(await second.getByRole("option").allTextContents(), ["cat", "dog", "otter"]);
  await first.focus();
  await page.keyboard.press("ArrowDown");
  assert.deepEqual(await told(page, "columnchange"), { column: 0, value: 1 });
  await second.getByRole("option", { name: "swift" }).waitFor();
  await second.getByRole("option", { name: "swift" }).click();
  await page.waitForFunction(() => /"column":1/.test(getCurrentPages()[0].data.events[0].detail));
  await dialog.getByRole("button", { name: "Confirm" }).click();
  assert.deepEqual(await told(page, "change"), { value: [1, 1] });
});

test("picker: times and dates within their limits", async (t) => {
  const page = await open(t, "picker");
  const dialog = page.getByRole("dialog");
  const column = (name) => dialog.getByRole("listbox", { name });
  const choose = async (name, text) => {
    await column(name).getByRole("option", { name: text, exact: true }).click();
    await column(name).getByRole("option", { name: text, exact: true, selected: true }).waitFor();
  };
  await page.locator("#time").click();
  assert.deepEqual((await column("hour").getByRole("option").allTextContents()).at(0), "09");
  await choose("hour", "09");
  // At nine it begins at ten past.
  await column("minute").getByRole("option", { name: "09" }).waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Confirm" }).click();
  assert.deepEqual(await told(page, "change"), { value: "09:30" });

  await forget(page);
  await page.locator("#date").click();
  assert.equal(await column("day").getByRole("option").count(), 29, "2024 is a leap year");
  await choose("year", "2025");
  await column("day").getByRole("option", { name: "29" }).waitFor({ state: "detached" });
  await dialog.getByRole("button", { name: "Confirm" }).click();
  assert.deepEqual(await told(page, "change"), { value: "2025-02-28" });

  await forget(page);
  await page.locator("#month").click();
  assert.equal(await dialog.getByRole("listbox").count(), 2);
  await dialog.getByRole("button", { name: "Confirm" }).click();
  assert.deepEqual(await told(page, "change"), { value: "2026-11" });
});

test("picker: a region with its code", async (t) => {
  const page = await open(t, "picker");
  await page.locator("#region").click();
  const dialog = page.getByRole("dialog");
  const district = dialog.getByRole("listbox", { name: "district" });
  await district.getByRole("option", { name: "福田区" }).click();
  await district.getByRole("option", { name: "福田区", selected: true }).waitFor();
  await dialog.getByRole("button", { name: "Confirm" }).click();
  const { value, code } = await told(page, "change");
  assert.deepEqual(value, ["广东省", "深圳市", "福田区"]);
  assert.deepEqual(code, ["440000", "440300", "440304"]);
});

test("picker-view tells of its turning, and turns to what the page says", async (t) => {
  const page = await open(t, "picker-view");
  const [years, months] = await page.getByRole("listbox").all();
  await page.waitForFunction(
    () => document.querySelector("#wheels [aria-selected=true]")?.textContent === "2026",
  );
  await months.getByRole("option", { name: "10", exact: true }).click();
  assert.deepEqual(await toldAll(page, "pickstart", "change", "pickend"), [
    { value: [6, 10] },
    { value: [6, 9] },
    { value: [6, 9] },
  ]);
  await years.focus();
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction(() => String(getCurrentPages()[0].data.value) === "5,9");
  await page.locator("#set").click();
  await page.waitForFunction(
    () => document.querySelector("#wheels [aria-selected=true]")?.textContent === "2023",
  );
  const [row, frame] = [
    await box(years.getByRole("option", { name: "2023" })),
    await box(page.locator("#wheels")),
  ];
  assert.equal(row.height, 50, "rows are as high as the indicator");
  assert.ok(Math.abs(row.y + 25 - frame.y - frame.height / 2) < 2, "the chosen row is in the middle");
});

test("navigator goes to other pages and back", async (t) => {
  const page = await open(t, "navigator");
  const route = (text) =>
    page.waitForFunction(
      (text) =>
        getCurrentPages()
          .map((page) => page.route.split("/").at(-1))
          .join() === text,
      text,
    );
  await page.getByRole("link", { name: "navigate, depth 0" }).click();
  await route("navigator,navigator");
  await page.getByRole("link", { name: "navigate, depth 1" }).waitFor();
  await page.locator("#back:visible").last().click();
  await route("navigator");
  await page.waitForFunction(() => document.querySelectorAll("#redirect").length === 1);
  await page.locator("#redirect").focus();
  await page.keyboard.press("Enter");
  await route("text");
});

test("image: modes, shapes, loading and failing", async (t) => {
  const page = await open(t, "image", { expected: /404/ });
  assert.ok((await events(page)).length <= 2);
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 2);
  const all = Object.fromEntries(await events(page));
  assert.deepEqual(all.load, { width: 320, height: 180 });
  assert.match(all.error.errMsg, /missing\.png/);
  const wide = await box(page.locator("#width-fix"));
  assert.deepEqual([wide.width, wide.height], [150, 84.375]);
  const high = await box(page.locator("#height-fix"));
  assert.equal(high.height, 60);
  assert.ok(Math.abs(high.width - (60 * 320) / 180) < 0.1, `${high.width} wide`);
  const fits = await page
    .locator(".picture img")
    .evaluateAll((images) =>
      images.slice(0, 4).map((image) => `${image.style.objectFit} ${image.style.objectPosition}`),
    );
  assert.deepEqual(fits, [
    "fill center center",
    "contain center center",
    "cover center center",
    "none center top",
  ]);

  await forget(page);
  await page.locator("#lazy").scrollIntoViewIfNeeded();
  await told(page, "load");
});

test("video plays, pauses and ends, and says when it cannot", async (t) => {
  const page = await open(t, "video", { expected: /404/ });
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length === 2);
  const all = Object.fromEntries(await events(page));
  assert.equal(all.loadedmetadata.width, 320);
  assert.ok(all.loadedmetadata.duration > 1);
  assert.ok(all.error.errMsg.length > 0);
  await forget(page);
  await page.locator("#video").getByRole("button", { name: "Play" }).click();
  await page.waitForFunction(() => getCurrentPages()[0].data.events.some(({ type }) => type === "play"));
  await page.waitForFunction(() => Number(getCurrentPages()[0].data.time) > 0);
  await page.locator("#mute").click();
  await page.waitForFunction(() =>
    getCurrentPages()[0].data.events.some(
      ({ type, detail }) => type === "mutechange" && detail === '{"isMuted":false}',
    ),
  );
  await page.waitForFunction(() => getCurrentPages()[0].data.events.some(({ type }) => type === "ended"));
  assert.equal(
    (await events(page)).some(([type]) => type === "pause"),
    false,
    "the end is no pause",
  );
  assert.equal(await page.locator("#over").isVisible(), true);
});

test("live-player plays what a browser can and says what it cannot", async (t) => {
  const page = await open(t, "live-player");
  await page.waitForFunction(() => getCurrentPages()[0].data.events.length >= 3);
  await page.waitForFunction(() => document.querySelector("#flv video").currentTime > 1);
  const all = await events(page);
  const codes = all.filter(([type]) => type === "statechange").map(([, { code }]) => code);
  assert.ok(codes.includes(2004), "started");
  assert.ok(codes.includes(-2301), "failed");
  const [, error] = all.find(([type]) => type === "error");
  assert.equal(error.errMsg, "a browser cannot play rtmp: streams");
});

test("camera shows a picture once the user allows it", async (t) => {
  const page = await open(t, "camera");
  await page.getByRole("dialog").getByRole("button", { name: "Allow", exact: true }).click();
  assert.ok((await told(page, "initdone")).maxZoom >= 1);
  await page.waitForFunction(() => document.querySelector("#camera video").videoWidth > 0);
  assert.match(
    await style(page.locator("#camera video"), "transform"),
    /matrix\(-1/,
    "the front camera is mirrored",
  );
  await forget(page);
  await page.locator("#turn").click();
  await told(page, "initdone");
  assert.equal(await style(page.locator("#camera video"), "transform"), "none");
});

test("camera: a refusal is an error", async (t) => {
  const page = await open(t, "camera", { query: encodeURIComponent("?again=1") });
  await page.getByRole("dialog").getByRole("button", { name: "Don't allow" }).click();
  assert.match((await told(page, "error")).errMsg, /auth deny/);
});

test("canvas is drawn on by both kinds of contexts, and knows where a finger is", async (t) => {
  const page = await open(t, "canvas");
  const node = page.locator("#node");
  assert.deepEqual(await box(node).then(({ width, height }) => [width, height]), [300, 225]);
  await page.waitForFunction(() => document.querySelector("#node canvas").width === 300);
  assert.deepEqual(await pixel(node, 30, 30), [63, 109, 246]);
  assert.deepEqual(await pixel(node, 10, 10), [255, 255, 255]);
  assert.deepEqual(await pixel(page.locator("#old"), 30, 30), [224, 71, 107]);
  const { x, y } = await box(node);
  await page.mouse.move(x + 150, y + 100);
  await page.mouse.down();
  assert.deepEqual(await told(page, "touchstart"), { x: 150, y: 100 });
  await page.mouse.move(x + 160, y + 120);
  assert.deepEqual(await told(page, "touchmove"), { x: 160, y: 120 });
  await page.mouse.up();
  assert.deepEqual(await pixel(node, 150, 100), [63, 109, 246]);
});

test("map says that there is none", async (t) => {
  const page = await open(t, "map");
  await told(page, "updated");
  await page.getByText("no map in the simulator").waitFor();
  await page.locator("#map").click();
  await told(page, "tap");
});

test("rtc-room fills its box with the picture, and says what is wrong", async (t) => {
  const page = await open(t, "rtc-room");
  assert.equal((await told(page, "error")).errNo, 21301);
  await forget(page);
  await page.getByRole("switch").click();
  await page.getByRole("dialog").getByRole("button", { name: "Allow", exact: true }).click();
  await told(page, "success");
  const video = page.locator("#own video");
  await page.waitForFunction((video) => video.videoWidth > 0, await video.elementHandle());
  assert.deepEqual(await box(video), await box(page.locator("#own")));
});

test("web-view shows a page that can post and go back", async (t) => {
  const page = await open(t, "index");
  await page.getByRole("link", { name: "web-view" }).click();
  const inside = page.frameLocator("#web iframe");
  await inside.getByRole("button", { name: "Post and go back" }).click();
  await page.getByText("from the web-view").waitFor();
  await page.waitForFunction(() => getCurrentPages().at(-1).route === "pages/index/index");
});

test("open-data shows what the page is not told", async (t) => {
  const page = await open(t, "open-data");
  assert.equal(await page.locator("#name").textContent(), "ada");
  assert.equal(await page.locator("#city").textContent(), "未知");
  assert.equal(await page.locator("#gender").textContent(), "not told · 保密");
  assert.equal((await told(page, "error")).errNo, 21507);
  assert.equal(await page.evaluate(() => document.querySelector("#avatar img") !== null), true);
});

test("what only the platform has says so", async (t) => {
  const page = await open(t, "platform");
  await told(page, "load");
  await page.getByText("<pay-button>").waitFor();
});

test("fingers swipe, drag and pull like a mouse", async (t) => {
  const swiping = await open(t, "swiper");
  await swipe(swiping.locator("#swiper"), -200, 0);
  assert.equal((await told(swiping, "animationfinish")).source, "touch");

  const moving = await open(t, "movable-view");
  await swipe(moving.locator("#free"), 60, 40, { lift: false });
  await reads(moving.locator("#place"), "60, 40 touch");

  const pulling = await open(t, "scroll-view");
  await swipe(pulling.locator("#refresher"), 0, 160);
  await toldAll(pulling, "refresherrefresh", "refresherrestore");
  await swipe(pulling.locator("#vertical"), 0, -80);
  await pulling.waitForFunction(() => getCurrentPages()[0].data.offset > 30);
});

test("two fingers zoom a movable-view", async (t) => {
  const page = await open(t, "movable-view");
  const session = await page.context().newCDPSession(page);
  const { x, y, width, height } = await box(page.locator("#scaled"));
  const fingers = (spread) =>
    [-1, 1].map((side, id) => ({ id, x: x + width / 2 + side * spread, y: y + height / 2 }));
  await session.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: fingers(10) });
  for (const spread of [12, 15, 20]) {
    await session.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: fingers(spread) });
  }
  await page.waitForFunction(() => {
    const [event] = getCurrentPages()[0].data.events;
    return event?.type === "scale" && JSON.parse(event.detail).scale === 2;
  });
  await session.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
});

/**
 * A phone with a page of its own: its template, its data, and files beside it. Every event is kept in
 * `events` as `[type, detail]`; `complaints` is what the phone warned of.
 */
async function write(t, ttml, data = {}, files = {}) {
  const folder = await emptyFolder();
  const all = {
    "app.json": JSON.stringify({
      pages: ["page"],
      usingComponents: files["own.ttml"] ? { own: "/own" } : {},
    }),
    "page.ttml": ttml,
    "page.js": `Page({ data: ${JSON.stringify(data)}, events: [], on({ type, detail }) { this.events.push([type, detail]) } })`,
    ...files,
  };
  for (const [name, content] of Object.entries(all)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), content);
  }
  const { url } = await simulate(t, folder);
  const page = await context.newPage();
  t.after(() => page.close());
  const complaints = [];
  page.on("console", (message) => /error|warning/.test(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(`${url}phone/?id=own&user=ada&language=en`);
  await page.locator("tt-page").waitFor();
  await page.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  const set = (change) => page.evaluate((change) => getCurrentPages()[0].setData(change), change);
  const kept = () => page.evaluate(() => getCurrentPages()[0].events);
  return { page, complaints, set, kept };
}

test("an attribute that there is not is told once, with its line", async (t) => {
  const { page, complaints } = await write(
    t,
    `<view>\n  <own colour="red" tt:for="{{2}}"/>\n</view>`,
    {},
    {
      "own.json": '{ "component": true }',
      "own.js": "Component({})",
      "own.ttml": "<view/>",
    },
  );
  await page.waitForFunction(() => document.querySelectorAll("tt-own").length === 2);
  // Its line is looked up.
  await until(() => complaints.length > 0);
  assert.equal(complaints.length, 1, complaints.join());
  assert.match(complaints[0], /<own> has no attribute "colour".*page\.ttml, line: 2/);
});

test("attributes without a value of their type are as if they were not there", async (t) => {
  const { page, complaints, set } = await write(
    t,
    `<slider value="{{none}}" max="{{text}}"/><input value="{{none}}" maxlength="{{none}}"/>
     <swiper current="{{text}}"><swiper-item>a</swiper-item></swiper><picker range="{{none}}">p</picker>
     <image src="{{none}}"/><progress percent="{{text}}"/><view hidden="{{none}}" id="seen">seen</view>
     <checkbox checked="false" id="box"/><rich-text nodes="{{none}}"/><icon type="{{none}}"/>
     <map latitude="{{23}}" longitude="{{113}}" include-points="{{nothings}}" markers="{{nothings}}" polyline="{{nothings}}"/>`,
    { none: null, text: "many", nothings: [null, "x"] },
  );
  assert.equal(await page.getByRole("slider").getAttribute("max"), "100");
  assert.equal(await page.locator("tt-input input").getAttribute("maxlength"), "140");
  assert.equal(await page.locator("#seen").isVisible(), true);
  assert.equal(await page.locator("#box").isChecked(), true, 'checked="false" is a string, and true');
  await set({ text: 40 });
  await page.waitForFunction(() => document.querySelector("tt-slider input").max === "40");
  assert.deepEqual(complaints, []);
});

test("a form submits what is nearest to it, and nothing of a form within", async (t) => {
  const { page, kept } = await write(
    t,
    `<form bindsubmit="on" id="outer"><input name="a" value="1"/>
       <form bindsubmit="on" id="inner"><input name="b" value="2"/><button form-type="submit">inner</button></form>
       <button form-type="submit">outer</button></form>`,
  );
  await page.getByRole("button", { name: "inner" }).click();
  await page.getByRole("button", { name: "outer" }).click();
  assert.deepEqual(
    (await kept()).map(([, detail]) => detail.value),
    [{ b: "2" }, { a: "1" }],
  );
});

test("components in components: their classes, labels and forms", async (t) => {
  const { page, kept } = await write(
    t,
    `<form bindsubmit="on"><own/><button form-type="submit">go</button></form>`,
    {},
    {
      "own.json": '{ "component": true }',
      "own.js": "Component({})",
      "own.ttml": `<label for="box">agree</label><checkbox-group name="terms"><checkbox id="box" value="yes"/></checkbox-group>
      <input name="text" placeholder="own" placeholder-class="faint"/>
      <view id="pressed" hover-class="deep" hover-start-time="0" hover-stay-time="5000">press</view>`,
      "own.ttss": ".faint { color: rgb(1, 2, 3) } .deep { color: rgb(4, 5, 6) }",
    },
  );
  await page.getByText("agree").click();
  await page.getByRole("textbox").fill("typed");
  assert.equal(await style(page.locator("tt-input > div"), "color"), "rgb(1, 2, 3)");
  await page.locator("#pressed").click();
  await page.waitForFunction(
    () => getComputedStyle(document.querySelector("#pressed")).color === "rgb(4, 5, 6)",
  );
  await page.getByRole("button", { name: "go" }).click();
  assert.deepEqual(
    (await kept()).map(([, detail]) => detail.value),
    [{ terms: ["yes"], text: "typed" }],
  );
});

test("items of a swiper and rows of a picker-view may come and go", async (t) => {
  const { page, complaints, set, kept } = await write(
    t,
    `<swiper current="{{at}}" duration="0" bindchange="on" id="s"><swiper-item tt:for="{{items}}" tt:key="*this">{{item}}</swiper-item></swiper>
     <picker-view value="{{[at]}}" style="height: 200px"><picker-view-column><view tt:for="{{items}}" tt:key="*this">{{item}}</view></picker-view-column></picker-view>`,
    { at: 2, items: [] },
  );
  const shown = (text) =>
    page.waitForFunction((text) => {
      const [swiper, item] = [...document.querySelectorAll("tt-swiper-item")]
        .filter((each) => !each.ariaHidden)
        .concat(null)
        .map((each) => each?.textContent);
      const row = document.querySelector("[aria-selected=true]")?.textContent;
      return swiper === text && item === undefined && row === text;
    }, text);
  await set({ items: ["a", "b", "c"] });
  await shown("c");
  await set({ items: ["a"] });
  await shown("a");
  await set({ items: ["a", "b"], at: 9 });
  await shown("b");
  assert.deepEqual(complaints, []);
  assert.ok((await kept()).every(([, { source }]) => source === ""));
});

test("a page that answers every change of a swiper with the same comes to rest", async (t) => {
  const { page, set } = await write(
    t,
    `<swiper current="{{at}}" duration="50" bindchange="follow"><swiper-item tt:for="{{3}}">{{item}}</swiper-item></swiper>`,
    { at: 0 },
    {
      "page.js": `Page({ data: { at: 0 }, changes: 0, follow({ detail }) { this.changes += 1; this.setData({ at: detail.current }) } })`,
    },
  );
  await set({ at: 1 });
  await drag(page.locator("tt-swiper"), -200, 0);
  await page.waitForFunction(() => getCurrentPages()[0].data.at === 2);
  assert.equal(await page.evaluate(() => getCurrentPages()[0].changes), 2);
});

test("an input says once what an input method composes", async (t) => {
  const { page, kept } = await write(t, `<input bindinput="on"/>`);
  await page.locator("input").focus();
  const session = await context.newCDPSession(page);
  await session.send("Input.imeSetComposition", { text: "ni", selectionStart: 2, selectionEnd: 2 });
  await session.send("Input.imeSetComposition", { text: "你", selectionStart: 1, selectionEnd: 1 });
  await session.send("Input.insertText", { text: "你" });
  await page.waitForFunction(() => getCurrentPages()[0].events.length > 0);
  assert.deepEqual(await kept(), [["input", { value: "你", cursor: 1 }]]);
});

test("a mouse drags a wheel, and turns it", async (t) => {
  const page = await open(t, "picker-view");
  const months = page.getByRole("listbox").nth(1);
  await months.getByRole("option", { name: "11", selected: true }).waitFor();
  await drag(months, 0, 105);
  assert.deepEqual(await told(page, "pickend"), { value: [6, 8] });
  await months.hover();
  await page.mouse.wheel(0, 50);
  await page.waitForFunction(() => String(getCurrentPages()[0].data.value) === "6,9");
});
