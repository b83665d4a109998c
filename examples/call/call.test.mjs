// A test of a call, as one of your own would be: `tt-rtc-sim test`. docs/testing.md explains each line.
import { test } from "node:test";

import { launch } from "tt-rtc-sim/test";

test("two phones see and hear each other", async (t) => {
  const { phones } = await launch({ test: t, phones: 2 });
  const [alice, bob] = phones;
  for (const phone of phones) {
    const page = await phone.currentPage();
    await (await page.$(".join")).tap();
  }
  await alice.sees("bob");
  await bob.sees("alice");
  await bob.hears("alice");

  const page = await alice.currentPage();
  await (await page.$(".control")).tap(); // 静音
  await bob.hearsNothingOf("alice");
});
