// What shops and players do that nobody here wrote: the folder cases/shop.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";

import { launch } from "./harness.mjs";
import { openPhone, simulate } from "./simulator.mjs";

let browser;
before(async () => {
  browser = await launch();
});
after(() => browser?.close());

const FILM = readFileSync(new URL("../../examples/components/media/clock.webm", import.meta.url));

async function open(t, path, options) {
  const { url } = await simulate(t, "tests/e2e/cases/shop");
  const page = await openPhone(t, browser, url, options);
  await page
    .context()
    .route("https://films.test/**", (route) => route.fulfill({ contentType: "video/webm", body: FILM }));
  await page.evaluate((url) => new Promise((complete) => tt.reLaunch({ url, complete })), `/${path}`);
  return page;
}

/** The space that the element keeps from the upper and from the lower edge. */
const edges = (page) =>
  page.locator("phone-page:not([data-covered]) .edges").evaluate((element) => {
    const { paddingTop, paddingBottom } = getComputedStyle(element);
    return [paddingTop, paddingBottom].map(parseFloat);
  });

test("where a bar of the phone is, the page has no unsafe area", async (t) => {
  const page = await open(t, "pages/player/player");
  const { safeArea, screenHeight, statusBarHeight } = await page.evaluate(() => tt.getSystemInfoSync());
  const home = screenHeight - safeArea.bottom;
  assert.ok(statusBarHeight > 0 && home > 0, "a phone with both");
  assert.deepEqual(await edges(page), [0, 3 + home], "below the navigation bar");
  await page.evaluate(() => tt.switchTab({ url: "/pages/custom/custom" }));
  assert.deepEqual(await edges(page), [statusBarHeight, 3], "below the status bar, above the tab bar");
  await page.evaluate(() => tt.hideTabBar());
  assert.deepEqual(await edges(page), [statusBarHeight, 3 + home], "without the tab bar");
  await page.evaluate(() => tt.switchTab({ url: "/pages/home/home" }));
  await page.evaluate(() => tt.showTabBar());
  assert.deepEqual(await edges(page), [0, 3], "between both bars");
});

test("a program replaces a method of promises by a polyfill that loses results", async (t) => {
  const page = await open(t, "pages/home/home");
  const asked = page.evaluate(
    () => new Promise((resolve) => tt.authorize({ scope: "scope.userLocation", complete: resolve })),
  );
  await page.getByRole("dialog").getByRole("button").first().click();
  assert.match((await asked).errMsg, /^authorize:fail/);
  const back = await page.evaluate(() => new Promise((resolve) => tt.navigateBack({ complete: resolve })));
  assert.match(back.errMsg, /^navigateBack:fail cannot navigate back/);
  assert.equal(await page.locator(".list").innerText(), "onetwo");
});

test("functions that a framework puts into the initial data are no news", async (t) => {
  const page = await open(t, "pages/home/home");
  assert.deepEqual(
    page.complaints.filter((text) => text.startsWith("data:")),
    [],
  );
});

test("another source, or a pause, before a film began is no warning", async (t) => {
  const page = await open(t, "pages/player/player");
  const next = page.waitForEvent("console", (message) => message.text() === "next");
  await page.getByText("next").click();
  await next;
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve)));
  assert.deepEqual(
    page.complaints.filter((text) => text.startsWith("video")),
    [],
  );
});

test("a page in a message is called a component", async (t) => {
  const page = await open(t, "pages/home/home", { expected: /^setData: "pages\[\]" is/ });
  await page.evaluate(() => getCurrentPages()[0].setData({ pages: getCurrentPages() }));
  assert.ok(
    page.complaints.some((text) => text.startsWith('setData: "pages[]" is a Component,')),
    page.complaints.join("\n"),
  );
});

test("a picker whose value is no row begins at its first one, and confirms that", async (t) => {
  const page = await open(t, "pages/order/order");
  const coupon = page.locator(".coupon");
  assert.equal(await coupon.innerText(), "no coupon");
  await coupon.click();
  await page.getByRole("dialog").getByText("Confirm").click();
  await page.waitForFunction(() => document.querySelector(".coupon").innerText !== "no coupon");
  assert.equal(await coupon.innerText(), "ten");
});

/** Calls a function of `tt` that asks, and presses the buttons with these names in turn. */
async function answered(page, name, options, ...buttons) {
  const result = page.evaluate(
    ([name, options]) => new Promise((complete) => tt[name]({ ...options, complete })),
    [name, options],
  );
  for (const button of buttons) await page.getByRole("button", { name: button, exact: true }).click();
  return result;
}

test("an order is placed and paid, or is not", async (t) => {
  const page = await open(t, "pages/order/order");
  const order = { data: '{"skuList":[]}', byteAuthorization: "SHA256-RSA2048 appid=1" };
  const placed = await answered(page, "requestOrder", order, "OK");
  assert.equal(placed.errMsg, "requestOrder:ok");
  assert.match(placed.orderId, /^\d+$/);
  assert.equal((await answered(page, "requestOrder", order, "Cancel")).errMsg, "requestOrder:fail cancel");
  assert.match(
    (await answered(page, "requestOrder", { ...order, data: "skuList" })).errMsg,
    /^requestOrder:fail .*JSON/,
  );
  assert.match(
    (await answered(page, "requestOrder", { data: order.data })).errMsg,
    /^requestOrder:fail .*byteAuthorization/,
  );
  const { orderId } = placed;
  assert.equal((await answered(page, "getOrderPayment", { orderId }, "Paid")).errMsg, "getOrderPayment:ok");
  assert.equal(
    (await answered(page, "getOrderPayment", { orderId }, "Cancelled")).errMsg,
    "getOrderPayment:fail cancel",
  );
  assert.match(
    (await answered(page, "getOrderPayment", { orderId }, "Failed")).errMsg,
    /^getOrderPayment:fail/,
  );
});

test("a component may set the property that it observes to what it was given", async (t) => {
  const page = await open(t, "pages/order/order");
  const goods = page.locator(".goods, [class$='--goods']");
  assert.equal(await goods.innerText(), "tea 9 1");
  await page.evaluate(
    () => new Promise((shown) => getCurrentPages()[0].setData({ goods: { name: "cup" }, count: 3 }, shown)),
  );
  assert.equal(await goods.innerText(), "cup 3 2");
});

test("a navigator without a page is a warning, and the page goes on", async (t) => {
  const page = await open(t, "pages/order/order", { expected: /navigator/ });
  await page.locator(".nowhere").click();
  const last = page.waitForEvent("console", (message) => message.text().includes("gone"));
  await page.locator(".missing").click();
  await last;
  const said = page.complaints.filter((text) => text.includes("navigator"));
  assert.deepEqual(said, [
    "This <navigator> has no url; it goes nowhere",
    '<navigator url="/pages/gone/gone" open-type="navigate">: url "pages/gone/gone" is not in app.json',
  ]);
  assert.equal(await page.locator("phone-error").count(), 0);
});

test("the browser's remark on sizes that change while they are told is no error of the program", async (t) => {
  const page = await open(t, "pages/order/order");
  await page.evaluate(
    () =>
      new Promise((told) => {
        const element = document.querySelector(".nowhere");
        addEventListener("error", (event) => told(event.message), { once: true });
        new ResizeObserver(() => (element.style.height = `${element.offsetHeight + 1}px`)).observe(element);
      }),
  );
  assert.equal(await page.locator("phone-error").count(), 0);
});

test("a transparent bar stays so when it gets a title", async (t) => {
  const page = await open(t, "pages/film/film");
  const bar = page.locator("phone-page:not([data-covered]) phone-bar");
  await bar.getByText("Second").waitFor();
  const background = await bar.evaluate((element) => getComputedStyle(element).backgroundColor);
  assert.match(background, /(\/|,) ?0\)$/);
});
