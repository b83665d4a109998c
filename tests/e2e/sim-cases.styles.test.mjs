// Styles belong to their page: what sheets reach, the names they define, lengths and fonts.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";

import { launch } from "./harness.mjs";
import { openPhone, simulate } from "./simulator.mjs";

const top = "phone-page:not([inert])";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

/** A phone on a page of a folder. The test fails if the phone says anything in its console. */
async function open(t, folder, path) {
  const { url } = await simulate(t, `tests/e2e/${folder}`);
  return openPhone(t, browser, url, { query: `&path=${encodeURIComponent(path)}` });
}

const go = (page, name, url) =>
  page.evaluate(
    ([name, url]) => new Promise((done) => tt[name]({ url, success: done, fail: done })),
    [name, url],
  );

/** A style that the first element of the page on top has. */
const style = (page, selector, name, pseudo) =>
  page
    .locator(`${top} ${selector}`)
    .first()
    .evaluate((element, [name, pseudo]) => getComputedStyle(element, pseudo)[name], [name, pseudo]);

/** What the animations of a page end with. */
async function opacities(page) {
  await page.waitForFunction(() => getCurrentPages().at(-1).names.length === 2);
  const names = await page.evaluate(() => getCurrentPages().at(-1).names);
  assert.deepEqual(names, ["fade", "fade"], "names in events");
  await page.evaluate(() => Promise.all(document.getAnimations().map((animation) => animation.finished)));
  return Promise.all(
    [".fade", ".inline", "tt-box [class*=theirs]", "tt-loose .theirs"].map((selector) =>
      style(page, selector, "opacity"),
    ),
  );
}

describe("styles of two pages", () => {
  test("animations and fonts of one name do not meet", async (t) => {
    const page = await open(t, "miniprograms/styles", "one/one");
    assert.deepEqual(await opacities(page), Array(4).fill("0.25"));
    const font = await style(page, ".icon", "fontFamily");
    await go(page, "navigateTo", "/two/two");
    assert.deepEqual(await opacities(page), Array(4).fill("0.75"));
    assert.equal(await style(page, ".everywhere", "opacity"), "0.125", "that of the app");
    assert.notEqual(await style(page, ".icon", "fontFamily"), font);
    await go(page, "navigateBack");
    assert.equal(await style(page, ".fade", "opacity"), "0.25", "not that of the page that came later");
  });

  test("registered properties are those of the page that is shown", async (t) => {
    const page = await open(t, "miniprograms/styles", "one/one");
    const turn = () =>
      page
        .locator(`${top} .fade`)
        .evaluate((element) => getComputedStyle(element).getPropertyValue("--turn"));
    assert.equal(await turn(), "10deg");
    await go(page, "navigateTo", "/two/two");
    assert.equal(await turn(), "20deg");
    await go(page, "navigateBack");
    assert.equal(await turn(), "10deg");
  });

  test("selectors without classes reach their own page, not built-ins and components", async (t) => {
    const page = await open(t, "miniprograms/styles", "one/one");
    const border = (selector) => style(page, selector, "borderLeftWidth");
    for (const own of [".fade", "tt-switch", "tt-input", ".slotted", "tt-box", "tt-loose .inner"]) {
      assert.equal(await border(own), "3px", own);
    }
    for (const other of [
      "tt-switch > i",
      "tt-input > input",
      "tt-slider > input",
      "tt-image > img",
      "tt-box [class*=inner]",
    ]) {
      assert.equal(await border(other), "0px", other);
      assert.equal(await style(page, other, "opacity"), "1", other);
    }
    assert.equal(await style(page, "tt-checkbox > i", "outlineStyle"), "none");
    assert.equal(await style(page, ".media tt-text", "outlineStyle"), "solid");
    assert.equal(await style(page, ".second", "outlineStyle"), "none");
    assert.equal(await style(page, ".tall", "textIndent"), "7px");
    assert.equal(await style(page, "tt-box [class*=inner]", "textIndent"), "0px");
    assert.equal(await style(page, "tt-slider > input", "textIndent"), "0px");
    assert.equal(await style(page, ".slotted", "color"), "rgb(200, 0, 0)");
    assert.equal(await style(page, "tt-box [class*=inner] > tt-text", "color"), "rgb(0, 0, 0)");
    assert.equal(
      await style(page, "tt-box [class*=inner]", "letterSpacing"),
      "1px",
      "tags of the app reach all templates",
    );
    await go(page, "navigateTo", "/two/two");
    assert.equal(await border(".fade"), "0px");
  });

  test(":root and page carry variables and the size of a rem", async (t) => {
    const page = await open(t, "miniprograms/styles", "one/one");
    assert.equal(await style(page, "tt-page", "paddingTop"), "5px");
    assert.equal(await style(page, "tt-page", "paddingLeft"), "11px");
    assert.equal(await style(page, "tt-page", "paddingRight"), "12px");
    assert.equal(await style(page, ".second", "fontSize"), "30px");
    await go(page, "navigateTo", "/two/two");
    assert.equal(await style(page, ".second", "fontSize"), "24px");
    assert.equal(
      await page
        .locator(`${top} tt-page`)
        .evaluate((element) => getComputedStyle(element).getPropertyValue("--own")),
      "",
    );
  });

  test("heights are parts of the window, insets those of the device", async (t) => {
    const page = await open(t, "miniprograms/styles", "one/one");
    const { windowHeight, screenHeight, safeArea } = await page.evaluate(() => getCurrentPages()[0].window);
    assert.ok(windowHeight < screenHeight);
    const inset = `${screenHeight - safeArea.bottom}px`;
    assert.notEqual(inset, "0px");
    const near = (actual, expected) =>
      assert.ok(Math.abs(parseFloat(actual) - expected) < 0.1, `${actual} is ${expected}px`);
    near(await style(page, ".tall", "height"), windowHeight / 2);
    near(await style(page, ".inline", "height"), windowHeight / 4);
    assert.equal(await style(page, ".tall", "paddingBottom"), inset);
    assert.equal(await style(page, ".inline", "paddingBottom"), inset);
    assert.equal(await style(page, ".tall", "content", "::after"), '"50vh env(safe-area-inset-top)"');
    assert.equal(await style(page, ".media", "textIndent"), "9px");
  });

  test("a style attribute is changed where it is meant, and nowhere else", async (t) => {
    const page = await open(t, "miniprograms/styles", "two/two");
    const fade = "var(--tt-keyframes-fade,fade)";
    const cases = [
      ["width: 75rpx; margin:-7.5rpx .75RPX", "width: 10vw; margin:-1vw 0.1vw"],
      [
        "top: calc(100vh - 1dvh); left: min(2vmin, 3vmax)",
        "top: calc(100cqh - 1cqh); left: min(2cqmin, 3cqmax)",
      ],
      ["padding: env(safe-area-inset-top) env(other)", "padding: var(--safe-area-inset-top) env(other)"],
      [
        "--a: '1rpx; 1vh'; background: url(data:,1rpx;1vh)",
        "--a: '1rpx; 1vh'; background: url(data:,1rpx;1vh)",
      ],
      [
        "animation: fade 1s cubic-bezier(0, 0, 1, 1) 2s infinite both",
        `animation: ${fade} 1s cubic-bezier(0, 0, 1, 1) 2s infinite both`,
      ],
      ["animation-name: none, fade !important", `animation-name: none, ${fade} !important`],
      ["font-family: Icons", "font-family: var(--tt-font-icons,Icons), sans-serif"],
      ["font-family: 'A B', serif", "font-family: var(--tt-font-a\\ b,'A B'), serif"],
      [
        "font: bold 20rpx/1.5 A B , C",
        "font: bold 2.6666666666666665vw/1.5 var(--tt-font-a\\ b,A B), var(--tt-font-c,C), sans-serif",
      ],
      ["font: inherit; font-size: 10rpx", "font: inherit; font-size: 1.3333333333333333vw"],
      ["font-family: var(--mine)", "font-family: var(--mine)"],
      ["/* 1rpx */ color: red; 1rpx", "/* 1rpx */ color: red; 0.13333333333333333vw"],
    ];
    for (const [given, expected] of cases) {
      await page.evaluate(
        (style) => new Promise((done) => getCurrentPages().at(-1).setData({ style }, done)),
        given,
      );
      assert.equal(await page.locator(`${top} .bound`).getAttribute("style"), expected);
    }
  });

  test("files and folders may have any name", async (t) => {
    const page = await open(t, "miniprograms/styles", "三 1/50%/页");
    assert.equal(await page.locator(`${top} .name`).textContent(), "named");
    assert.equal(await style(page, ".name", "color"), "rgb(0, 0, 200)");
    const urls = await style(page, ".a", "backgroundImage");
    const [first, second] = [...urls.matchAll(/url\("([^"]+)"\)/g)].map((match) => match[1]);
    assert.equal(first, second);
    assert.match(await page.evaluate(async (url) => (await fetch(url)).text(), first), /#00c800/);
  });
});

test("case font-unknown: a font that is not there falls back to sans-serif", async (t) => {
  const page = await open(t, "cases/font-unknown", "p/a");
  const widths = await page.evaluate(() => {
    const width = (element, family) => {
      const range = document.createRange();
      range.selectNodeContents(element);
      if (family) element.style.fontFamily = family;
      return range.getBoundingClientRect().width;
    };
    const [view] = document.querySelectorAll(".x");
    return { shown: width(view), sans: width(view, "sans-serif"), serif: width(view, "serif") };
  });
  assert.equal(widths.shown, widths.sans);
  assert.notEqual(widths.shown, widths.serif);
});

test("the focus of an input that is fixed below the screen moves no page", async (t) => {
  const page = await open(t, "miniprograms/styles", "sheet/sheet");
  const heading = page.locator(`${top} .heading`);
  const before = await heading.boundingBox();
  await page.locator(`${top} .field input`).evaluate((input) => {
    input.focus();
    input.scrollIntoView();
  });
  assert.deepEqual(await heading.boundingBox(), before);
});
