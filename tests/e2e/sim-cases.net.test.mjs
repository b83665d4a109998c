// Where addresses lead: pages and files with any name, and what a server is told of a phone that shows its images.

import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { launch } from "./harness.mjs";
import { openPhone, project, simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const SVG = `<svg xmlns="http://www.w3.org/2000/svg" width="7" height="5"/>`;

/** A web server that gives everybody an image; `asked` has the headers it was asked with, by path. */
async function imageServer(t) {
  const asked = new Map();
  const heard = new EventEmitter();
  const server = createServer((request, response) => {
    asked.set(request.url, request.headers);
    heard.emit("request");
    response.writeHead(200, { "content-type": "image/svg+xml", "access-control-allow-origin": "*" }).end(SVG);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  /** Waits until all of these were asked for, or for ten seconds. */
  const all = async (paths) => {
    const signal = AbortSignal.timeout(10_000);
    while (!paths.every((path) => asked.has(path)) && !signal.aborted)
      await once(heard, "request", { signal }).catch(() => {});
  };
  return { url: `http://127.0.0.1:${server.address().port}`, asked, all };
}

test("no server is told where its images and fonts are shown", async (t) => {
  const { url, asked, all } = await imageServer(t);
  const folder = await project(t, {
    "app.ttss": `.far { background-image: url(${url}/app) }`,
    "pages/a/a.json": JSON.stringify({ usingComponents: { box: "/box/box" } }),
    "pages/a/a.js": `Page({ data: { url: "${url}" } });`,
    "pages/a/s.sjs": `module.exports = { show(event, owner) { owner.selectComponent("#view").setStyle({ listStyleImage: "url(${url}/script)" }); } };`,
    "pages/a/a.ttss": `@font-face { font-family: far; src: url("${url}/font") } .a { font-family: far; background: url('${url}/page') }`,
    "pages/a/a.ttml": `<page-meta page-style="background:url({{url}}/meta)" />
<sjs module="s" src="./s.sjs"></sjs>
<view class="a">page a</view><view class="far">far</view>
<view id="view" bindtap="{{s.show}}" style="height:9px;background:url({{url}}/inline), url( '{{url}}/quoted' )">text</view>
<input placeholder="none" placeholder-style="background: url({{url}}/placeholder)" />
<rich-text nodes="<p style='background:url({{url}}/rich-style)'>p</p><img src='{{url}}/rich-image'/>" />
<image src="{{url}}/image" /><cover-image src="{{url}}/cover" /><video poster="{{url}}/poster" /><box url="{{url}}" />`,
    "box/box.json": JSON.stringify({ component: true }),
    "box/box.js": "Component({ properties: { url: String } });",
    "box/box.ttss": `.a { background: url(${url}/component) }`,
    "box/box.ttml": `<view class="a" style="border-image: url({{url}}/component-inline) 1">box</view>`,
  });
  const simulator = await simulate(t, folder);
  // None of the answers is a font, and the warning about domains is another test's.
  const page = await openPhone(t, browser, simulator.url, { expected: /font|OTS|a phone refuses/ });
  await page.locator("#view").click();
  const names =
    "app page font inline quoted script placeholder meta rich-style rich-image image cover poster component component-inline";
  const paths = names.split(" ").map((path) => `/${path}`);
  await all(paths);
  const told = Object.fromEntries(
    paths.map((path) => [path, asked.get(path)?.referer ?? (asked.has(path) ? "nothing" : "never asked")]),
  );
  assert.deepEqual(told, Object.fromEntries(paths.map((path) => [path, "nothing"])));
  const computed = await page.evaluate(
    () =>
      new Promise((done) =>
        tt
          .createSelectorQuery()
          .select("#view")
          .fields({ computedStyle: ["backgroundImage"] }, done)
          .exec(),
      ),
  );
  assert.deepEqual(computed, { backgroundImage: `url("${url}/inline"), url("${url}/quoted")` });
});

/** Names that an address would take for something else. */
const NAMES = ["图 片", "100%", "a#b", "a%20b", "it's (1)", "q&a=b+c"];

test("a file of the project is found by any name, wherever it is named", async (t) => {
  const files = Object.fromEntries(NAMES.map((name) => [`images/${name}.svg`, SVG]));
  const folder = await project(t, {
    ...files,
    "app.json": JSON.stringify({
      pages: ["pages/a/a", "pages/b/b"],
      tabBar: {
        list: [
          {
            pagePath: "pages/a/a",
            text: "a",
            iconPath: "images/100%.svg",
            selectedIconPath: "images/图 片.svg",
          },
          { pagePath: "pages/b/b", text: "b", iconPath: "/images/a#b.svg" },
        ],
      },
    }),
    "pages/b/b.json": "{}",
    "pages/b/b.js": "Page({});",
    "pages/b/b.ttml": "<view>page b</view>",
    "pages/a/图.svg": SVG,
    "box/图.svg": SVG,
    "pages/a/a.json": JSON.stringify({ usingComponents: { box: "/box/box" } }),
    "pages/a/a.js": `Page({ data: { names: ${JSON.stringify(NAMES)}, src: "", loaded: [] },
      loaded({ target: { dataset }, detail: { width } }) { this.setData({ loaded: this.data.loaded.concat(dataset.name + " " + width) }); } });`,
    "pages/a/a.ttml": `<view>page a</view>
<block tt:for="{{names}}" tt:key="*this">
  <view class="inline" style='width: 20rpx; background: url("/images/{{item}}.svg")'>v</view>
  <image src="/images/{{item}}.svg" data-name="{{item}}" bindload="loaded" />
  <video poster="../../images/{{item}}.svg" />
  <rich-text nodes="{{[{ name: 'img', attrs: { src: '/images/' + item + '.svg' } }]}}" />
</block>
<view class="inline" style="background:url(图.svg)">v</view>
<view class="inline" style="background:url('./图.svg?v=1')">v</view>
<image src="{{src}}" data-name="later" bindload="loaded" />
<box />`,
    "box/box.json": JSON.stringify({ component: true }),
    "box/box.js": "Component({});",
    "box/box.ttml": `<view style="background: red URL(./图.svg) no-repeat"><image src="图.svg" /></view>`,
  });
  const simulator = await simulate(t, folder);
  const page = await openPhone(t, browser, simulator.url);
  const answers = new Map();
  page.on("response", (response) => {
    const { pathname } = new URL(response.url());
    if (pathname.startsWith("/app/file/"))
      answers.set(decodeURIComponent(pathname.slice("/app/file".length)), response.status());
  });
  await page.reload();
  const loaded = (count) =>
    page.waitForFunction((count) => globalThis.getCurrentPages?.()[0]?.data.loaded.length === count, count);
  await loaded(NAMES.length);
  for (const [index, src] of [
    "/images/图 片.svg?v=1",
    "../../images/100%.svg",
    "/images/a%20b.svg#x",
    "图.svg",
  ].entries()) {
    await page.evaluate((src) => getCurrentPages()[0].setData({ src }), src);
    await loaded(NAMES.length + 1 + index);
  }
  assert.deepEqual(
    await page.evaluate(() => getCurrentPages()[0].data.loaded.toSorted()),
    [...NAMES, "later", "later", "later", "later"].map((name) => `${name} 7`).toSorted(),
  );
  const heard = await page.evaluate(async (names) => {
    const heard = [];
    for (const path of [...names.map((name) => `/images/${name}.svg`), "图.svg", "/images/图 片.svg?a=1"]) {
      const { width, height } = await tt.getImageInfo({ src: path });
      heard.push([width, height]);
      await new Promise((done) => {
        const image = tt.createOffscreenCanvas().createImage();
        image.onload = done;
        image.src = path;
      });
    }
    return heard;
  }, NAMES);
  assert.deepEqual(
    heard,
    Array.from({ length: NAMES.length + 2 }, () => [7, 5]),
  );
  for (const [path, status] of answers) assert.equal(status, 200, path);
  for (const path of [
    "/pages/a/图.svg",
    "/pages/a/图.svg?v=1",
    "/box/图.svg",
    ...NAMES.map((name) => `/images/${name}.svg`),
  ]) {
    assert.ok(answers.has(path), path);
  }
  const boxes = page.locator("tt-page .inline");
  assert.equal(await boxes.count(), NAMES.length + 2);
  for (const [index, name] of [
    ...NAMES.map((name) => `/images/${name}.svg`),
    "/pages/a/图.svg",
    "/pages/a/图.svg?v=1",
  ].entries()) {
    const image = await boxes.nth(index).evaluate((box) => getComputedStyle(box).backgroundImage);
    assert.equal(decodeURIComponent(new URL(/^url\("(.*)"\)$/.exec(image)[1]).pathname), `/app/file${name}`);
  }
});

test("files of the phone show in elements and styles", async (t) => {
  const folder = await project(t, {
    "pages/a/a.js": `Page({ data: { path: "" }, loaded({ detail }) { this.setData({ width: detail.width }); } });`,
    "pages/a/a.ttml": `<view>page a</view><view id="box" style="{{path && 'background: url(' + path + ')'}}">v</view><image src="{{path}}" bindload="loaded" />`,
  });
  const simulator = await simulate(t, folder);
  const page = await openPhone(t, browser, simulator.url);
  const info = await page.evaluate(async (svg) => {
    const path = "ttfile://user/图-1%#.svg";
    tt.getFileSystemManager().writeFileSync(path, svg);
    getCurrentPages()[0].setData({ path });
    return tt.getImageInfo({ src: path });
  }, SVG);
  assert.equal(info.width, 7);
  await page.waitForFunction(() => getCurrentPages()[0].data.width === 7);
  const shown = await page.locator("#box").evaluate(async (box) => {
    const [, url] = /^url\("(blob:.*)"\)$/.exec(getComputedStyle(box).backgroundImage);
    return (await fetch(url)).text();
  });
  assert.equal(shown, SVG);
});

test("a page opens by any path, from the command line, the desk, its code and links", async (t) => {
  const odd = ["页 面/100%/p#1", "a#b/a#b", "50%25/x"];
  const files = Object.fromEntries(
    odd.flatMap((path) => [
      [`${path}.json`, "{}"],
      [`${path}.js`, "Page({ onLoad(query) { this.setData({ query: JSON.stringify(query) }); } });"],
      [`${path}.ttml`, `<view class="name">${path} {{query}}</view>`],
    ]),
  );
  const folder = await project(t, {
    ...files,
    "app.json": JSON.stringify({ pages: ["pages/a/a", ...odd] }),
    "pages/a/a.ttml": `<view>page a</view><navigator url="/${odd[0]}?x=1">link</navigator>`,
  });
  const simulator = await simulate(t, folder, "--path", `${odd[1]}?from=line`);
  const desk = await browser.newPage();
  t.after(() => desk.close());
  await desk.goto(`${simulator.url}?phones=1`);
  const shown = (text) => desk.frameLocator("iframe.phone").locator(".name", { hasText: text }).waitFor();
  await shown(`${odd[1]} {"from":"line"}`);
  await desk.goto(`${simulator.url}?phones=1&path=${encodeURIComponent(`${odd[0]}?x=%26`)}`);
  await shown(`${odd[0]} {"x":"%26"}`);

  const page = await openPhone(t, browser, simulator.url);
  await page.getByText("link").click();
  await page.getByText(`${odd[0]} {"x":"1"}`).waitFor();
  const go = (how, url) =>
    page.evaluate(
      ([how, url]) =>
        tt[how]({ url }).then(() => {
          const { route, options } = getCurrentPages().at(-1);
          return [route, options];
        }),
      [how, url],
    );
  assert.deepEqual(await go("redirectTo", `/${odd[1]}?x=http://a.b/?c=1#d`), [
    odd[1],
    { x: "http://a.b/?c=1" },
  ]);
  assert.deepEqual(await go("redirectTo", `../${odd[2]}#end`), [odd[2], {}]);
  assert.deepEqual(await go("redirectTo", `/${odd[2]}#end?x=1`), [odd[2], {}]);
  assert.deepEqual(await go("reLaunch", `/${encodeURIComponent("页 面")}/100%25/p%231`), [odd[0], {}]);
  const { errMsg } = await page.evaluate(() => new Promise((fail) => tt.navigateTo({ url: "/a", fail })));
  assert.match(errMsg, /^navigateTo:fail url "a" is not in app\.json/);
});
