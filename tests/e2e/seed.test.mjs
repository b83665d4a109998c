// The page code printed in the platform's own guide, word for word, in two browser pages that
// call each other. It is read from the guide at test time; where the guide is not at hand, the
// test is skipped.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { root, start } from "./harness.mjs";

const guide = join(root, "../shared/reference/seed.md");

test("the guide's own page code makes a two-way call", async (t) => {
  const code = read(guide);
  if (code === undefined) {
    t.skip("the platform's guide (seed.md) is not here");
    return;
  }
  const { open } = await start(t, { files: { "/seed.html": page(code) } });
  const [ann, ben] = [await open("/seed.html"), await open("/seed.html")];
  await launch(ann, "ann");
  await launch(ben, "ben");

  for (const [page, other] of [
    [ann, "ben"],
    [ben, "ann"],
  ]) {
    await page.waitForFunction(() => globalThis.calls.members?.length === 2);
    assert.deepEqual(await page.evaluate(() => globalThis.calls), {
      members: ["ann", "ben"],
      video: ["ann", "ben"],
      speakers: ["ann", "ben"],
      toasts: ["进房成功"],
    });
    await seesMovingPicture(page, other);
  }

  // leaveRoom(roomId) exits `room`, while handleJoin entered `call_room`.
  await ben.evaluate(() => globalThis.RtcClient.leaveRoom("room"));
  await ann.waitForFunction(() => globalThis.calls.members.length === 1);
});

function launch(page, userId) {
  return page
    .evaluate(async (userId) => {
      await globalThis.ready;
      const instance = globalThis.makePage();
      await instance.handleJoin({ userId, roomId: "room", token: encodeURIComponent("a token") });
    }, userId)
    .then(() => page.waitForFunction(() => globalThis.calls.speakers?.length > 0));
}

/** Waits until the tile of `user` has shown two different frames. */
async function seesMovingPicture(page, user) {
  await page.evaluate(async (user) => {
    const tile = document.createElement("rtc-room");
    tile.setAttribute("user-id", user);
    tile.setAttribute("mode", "video");
    document.body.append(tile);
    const video = await until(() => (tile.shadowRoot ?? tile).querySelector("video"));
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const look = () => {
      canvas.drawImage(video, 0, 0, 64, 36);
      return canvas.getImageData(0, 0, 64, 36).data.join();
    };
    const first = await until(() => video.videoWidth > 0 && look());
    await until(() => look() !== first);

    async function until(holds) {
      for (;;) {
        const value = holds();
        if (value) return value;
        await new Promise(requestAnimationFrame);
      }
    }
  }, user);
}

/** The guide's code blocks, or nothing where there is no guide. */
function read(path) {
  let text;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const blocks = [...text.matchAll(/```\w+\n(.*?)```/gs)].map(([, code]) => code);
  const [call, events] = blocks;
  const [app, wrappers, methods] = call.split(/\/\/ rtc 逻辑封装|\/\/ 进房逻辑/);
  const registrations = events.split("\n\n")[0];
  const screens = blocks[2].split("\n\n")[0];
  for (const part of [app, wrappers, methods, registrations, screens]) assert.ok(part?.trim());
  return { app, wrappers, methods, registrations, screens };
}

/** A page around the guide's code: what the guide takes for granted, and nothing of the call. */
function page({ app, wrappers, methods, registrations, screens }) {
  return `<!doctype html><meta charset="utf-8"><title>seed</title><body>
<script type="module">
  import init, { install } from "/pkg/index.js";

  globalThis.calls = { toasts: [] };
  globalThis.tt = {
    getSystemInfoSync: () => ({ screenWidth: 375 }),
    showToast: ({ title }) => calls.toasts.push(title),
  };

  globalThis.ready = (async () => {
    await init();
    install();

    let app;
    const App = (options) => { app = options; app.onLaunch(); };
    ${app}

    globalThis.RtcClient = await (async () => {
      ${wrappers}
      // The guide calls these two without printing them.
      const change = (state) => (streamType) => new Promise((success, fail) =>
        app.RtcClient.changeStreamPublishState({ state, streamType, success, fail }));
      const publishStream = change(1);
      const unPublishStream = change(0);
      return {
        startAudioCapture, stopAudioCapture, startVideoCapture, stopVideoCapture,
        joinRoom, leaveRoom, publishStream, unPublishStream,
      };
    })();
    const RtcClient = globalThis.RtcClient;

    globalThis.makePage = () => {
      const page = {
        data: {},
        setData(data, done) { Object.assign(this.data, data); done?.call(this); },
        onVideoMembersChanged({ userIdList }) { calls.video = userIdList; },
        onRoomMembersChanged({ userIdList }) { calls.members = userIdList; },
        onSpeakersChanged({ userIdList }) { calls.speakers = userIdList; },
        onScreenUsersChanged({ userIdList }) { calls.screens = userIdList; },
        ...{ ${methods} },
      };
      (function () {
        ${registrations}
        ${screens}
      }).call(page);
      return page;
    };
  })();
</script>`;
}
