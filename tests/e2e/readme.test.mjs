// What the README shows is what works.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { untilItMoves } from "../../crates/simulator/npm/lib/phone.js";
import { emptyFolder, root, start } from "./harness.mjs";
import { launchDesk, onDesk } from "./phone.mjs";

for (const readme of ["README.md", "README.zh-CN.md"]) {
  test(`the mini-program of ${readme} is a call of two`, async (t) => {
    const folder = await emptyFolder();
    const text = await readFile(root + readme, "utf8");
    // A block after the name of a file is that file.
    for (const [, name, content] of text.matchAll(/`([\w./]+)`[:：]\n\n```\w+\n(.*?)^```/gms)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), content);
    }
    const { page } = await launchDesk(t, folder);
    for (const user of ["alice", "bob"]) {
      await onDesk(page, user).button("join").click();
      for (const _ of ["camera", "microphone"]) await onDesk(page, user).answer("Allow");
    }
    for (const user of ["alice", "bob"]) {
      const videos = onDesk(page, user).screen.locator("rtc-room video");
      for (const index of [0, 1]) await videos.nth(index).evaluate(untilItMoves);
    }
  });
}

for (const name of ["README.md", "README.zh-CN.md", "pkg/README.md"]) {
  test(`the page of ${name} is a call of two tabs`, async (t) => {
    const [script] = /^import init.*?(?=^```)/ms.exec(await readFile(root + name, "utf8"));
    const map = JSON.stringify({ imports: { "tt-rtc": "/pkg/index.js" } });
    const page = `<!doctype html><script type="importmap">${map}</script><script type="module">${script}</script>`;
    const { open } = await start(t, { files: { "/readme.html": page } });
    const [alice, bob] = [await open("/readme.html?me=alice"), await open("/readme.html?me=bob")];
    for (const tab of [alice, bob])
      for (const user of ["alice", "bob"])
        await tab.locator(`rtc-room[user-id="${user}"] video`).evaluate(untilItMoves);
    await bob.close();
    await alice.locator('rtc-room[user-id="bob"]').waitFor({ state: "detached" });
  });
}
