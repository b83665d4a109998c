// What the README shows is what works.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { untilItMoves } from "../../crates/simulator/npm/lib/phone.js";
import { emptyFolder, root } from "./harness.mjs";
import { launchDesk, onDesk } from "./phone.mjs";

test("the mini-program of the README is a call of two", async (t) => {
  const folder = await emptyFolder();
  const readme = await readFile(`${root}README.md`, "utf8");
  // A block that begins with the name of a file is that file.
  for (const [, name, text] of readme.matchAll(
    /^```\w+\n(?:\/\/|<!--) ([\w./]+\.\w+)(?: -->)?\n(.*?)^```/gms,
  )) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { page } = await launchDesk(t, folder);
  for (const user of ["alice", "bob"]) {
    const phone = onDesk(page, user);
    await phone.button("join").click();
    for (const _ of ["camera", "microphone"]) await phone.answer("Allow");
  }
  for (const user of ["alice", "bob"]) {
    const { screen } = onDesk(page, user);
    for (const index of [0, 1]) await screen.locator("rtc-room video").nth(index).evaluate(untilItMoves);
  }
});
