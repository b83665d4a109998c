// Sass and Less: a page looks as its sheet says, and a save of what that is made of shows at once.

import assert from "node:assert/strict";
import { rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";

import { launch } from "./harness.mjs";
import { until } from "./person.mjs";
import { openPhone, project, simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const APP = { "app.json": JSON.stringify({ pages: ["pages/a/a"] }) };
const PAGE = {
  "pages/a/a.json": JSON.stringify({ usingComponents: { "x-card": "/parts/card" } }),
  "pages/a/a.ttml": `<view class="box"><view class="box-title">page</view></view><x-card/>`,
  "parts/card.json": JSON.stringify({ component: true }),
  "parts/card.js": "Component({});",
  "parts/card.ttml": `<view class="box">card</view>`,
};

const LANGUAGES = {
  scss: {
    "app.scss": "@use 'styles/colors' as c; page { background: c.$page; }",
    "styles/_colors.scss": "$page: rgb(10, 20, 30); $title: rgb(200, 0, 0);",
    "pages/a/a.scss": `@use '../../styles/colors' as *;
      $width: 375rpx;
      .box { width: $width; &-title { color: $title; } }`,
    "parts/card.scss": ".box { .never & { color: red; } width: (150rpx / 2); }",
  },
  sass: {
    "app.sass": "@use 'styles/colors' as c\npage\n  background: c.$page\n",
    "styles/_colors.sass": "$page: rgb(10, 20, 30)\n$title: rgb(200, 0, 0)\n",
    "pages/a/a.sass":
      "@use '../../styles/colors' as *\n.box\n  width: 375rpx\n  &-title\n    color: $title\n",
    "parts/card.sass": ".box\n  width: 75rpx\n",
  },
  less: {
    "app.less": "@import 'styles/_colors'; page { background: @page; }",
    "styles/_colors.less": "@page: rgb(10, 20, 30); @title: rgb(200, 0, 0);",
    "pages/a/a.less": `@import '../../styles/_colors';
      @width: 375rpx;
      .box { width: @width; &-title { color: @title; } }`,
    "parts/card.less": ".box { width: (150rpx / 2); }",
  },
};

/** What the page looks like. Its width of 390 px is 750rpx. */
const look = (page) =>
  page.evaluate(() => {
    const of = (element, name) => getComputedStyle(element)[name];
    const [own, card] = document.querySelectorAll("[class*=box]:not([class*=title])");
    return [
      of(document.querySelector("tt-page"), "backgroundColor"),
      of(document.querySelector(".box-title"), "color"),
      of(own, "width"),
      of(card, "width"),
    ];
  });

for (const [language, sheets] of Object.entries(LANGUAGES)) {
  describe(language, () => {
    test("a page, a component and the app look as their sheets say, also after a save", async (t) => {
      const folder = await project(t, { ...APP, ...PAGE, ...sheets });
      const { url, lines } = await simulate(t, folder);
      const page = await openPhone(t, browser, url, { expected: /./ });
      const looks = (expected) =>
        page.waitForFunction(
          (color) => getComputedStyle(document.querySelector(".box-title")).color === color,
          expected,
        );
      assert.deepEqual(await look(page), ["rgb(10, 20, 30)", "rgb(200, 0, 0)", "195px", "39px"]);

      // In one step, as editors save: the server never reads a file that is half written.
      const colors = `styles/_colors.${language}`;
      const save = async (text) => {
        await writeFile(`${folder}.new`, text);
        await rename(`${folder}.new`, join(folder, colors));
      };
      await save(sheets[colors].replace("200, 0, 0", "0, 99, 0"));
      await looks("rgb(0, 99, 0)");
      assert.equal(await page.evaluate(() => getCurrentPages().length), 1);

      // The page keeps its last style while the sheet is wrong, and the terminal says where.
      await save(sheets[colors].replace("200, 0, 0", "0, 0"));
      const name = language === "less" ? "@title" : "$title";
      await save(sheets[colors].replace(name, `${name}-gone`));
      const told = new RegExp(`\\${name} is not defined\\.\\n +--> pages/a/a\\.${language}:\\d+:\\d+`);
      await until(() => told.test(lines.join("\n")));
      assert.match(lines.join("\n"), told);
      assert.equal((await look(page))[2], "195px");
      await rm(join(folder, colors));
      await save(sheets[colors].replace("200, 0, 0", "0, 0, 99"));
      await looks("rgb(0, 0, 99)");
    });
  });
}

test("a mistake in Less and a loop in Sass are shown on the desk with their places, until they are repaired", async (t) => {
  const folder = await project(t, {
    "app.json": JSON.stringify({ pages: ["pages/a/a", "pages/b/b"] }),
    "pages/a/a.less": ".a { color: @gone; }",
    "pages/b/b.ttml": "<view>page b</view>",
    "pages/b/b.js": "Page({});",
    "pages/b/b.scss": "$i: 1;\n@while $i > 0 { .b { width: $i; } }",
  });
  const { url } = await simulate(t, folder);
  const desk = await browser.newPage();
  t.after(() => desk.close());
  await desk.goto(url);
  await desk.getByRole("tab", { name: "Problems" }).click();
  const panel = desk.getByRole("tabpanel", { name: "Problems" });
  const shows = async (message, place) => {
    const problem = panel.locator(".problem.error").filter({ hasText: message });
    await problem.getByRole("link", { name: place }).waitFor();
    await problem.locator(".excerpt").waitFor();
  };
  await shows("@gone is not defined.", /pages\/a\/a\.less:1/);
  await shows("This does not end", /pages\/b\/b\.scss:2/);

  await writeFile(join(folder, "pages/a/a.less"), ".a { color: red; }");
  await writeFile(join(folder, "pages/b/b.scss"), "@for $i from 1 to 3 { .b { width: $i; } }");
  await panel.getByText("No problems.").waitFor();
});
