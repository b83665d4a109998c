// What a test of a mini-program is written with, in TypeScript.
import { test } from "node:test";

import { launch, type CallRecord, type Phone } from "tt-rtc-sim/test";

void test("the names of miniprogram-automator have types", async (t) => {
  const simulator = await launch({ test: t, phones: 2, permissions: { "scope.camera": "prompt" } });
  const phone: Phone = simulator.phone("alice");
  const page = await phone.navigateTo("/pages/room/room?roomId=1");
  const field = await page.$("#name");
  await field?.input("Ada");
  const path: string = page.path;
  const visits: number = await phone.evaluate((by: number) => by + 1, 41);
  await phone.network({ type: "none" });
  // @ts-expect-error there is no such network
  await phone.network({ type: "6g" });
  const record = await simulator.recordCall();
  const records: CallRecord[] = await record.stop();
  for (const each of records) if (each.kind === "event") console.log(each.user, each.name, path, visits);
});
