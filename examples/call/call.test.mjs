// A browser test of a call, as one of your own would be. docs/testing.md explains each line.
import { test } from "node:test";
import { chromium } from "playwright-core";

test("two phones see each other", async (t) => {
  const browser = await chromium.launch({ executablePath: process.env.TT_RTC_CHROMIUM });
  t.after(() => browser.close());
  const page = await browser.newPage({ locale: "en-US" });
  await page.goto(`${process.env.SIMULATOR ?? "http://127.0.0.1:8090/"}?phones=2&fake=1`);
  const phones = ["alice", "bob"].map((user) => page.frameLocator(`iframe.phone[data-user=${user}]`));
  for (const phone of phones) for (const name of ["Allow", "加入通话", "Allow"]) await phone.getByRole("button", { name, exact: true }).click();
  for (const phone of phones) await phone.locator(".tile video").nth(1).evaluate((video) => new Promise((seen) => video.requestVideoFrameCallback(seen)));
});
