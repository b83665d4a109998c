// Components and functions for media in uses that real pages make of them, in the small program of
// tests/e2e/miniprograms/media.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { launch } from "./harness.mjs";
import { openPhone, simulate } from "./simulator.mjs";

let simulator, browser;
const closing = [];
before(async () => {
  simulator = await simulate({ after: (close) => closing.push(close) }, "tests/e2e/miniprograms/media");
  browser = await launch();
});
after(async () => {
  await browser?.close();
  for (const close of closing) close();
});

/** A phone on a page. The test fails if it complains of anything that is not `expected`. */
function open(t, name, { expected, view } = {}) {
  return openPhone(t, browser, simulator.url, {
    expected,
    view,
    id: t.name.replace(/\W+/g, "-"),
    query: `&fake=1&path=${name}/${name}`,
  });
}

/** Changes the data of the page on top. */
const set = (page, change) => page.evaluate((change) => getCurrentPages().at(-1).setData(change), change);

/** Waits until the page on top was told this many events of a type, and gives them. */
async function told(page, type, count = 1) {
  const all = () =>
    page.evaluate(
      (type) =>
        getCurrentPages()
          .at(-1)
          .told.filter((each) => each.type === type),
      type,
    );
  await page.waitForFunction(
    ([type, count]) =>
      getCurrentPages()
        .at(-1)
        .told.filter((each) => each.type === type).length >= count,
    [type, count],
  );
  return all();
}

test("a scroll-view shows the message that comes with the same setData", async (t) => {
  const page = await open(t, "chat");
  const rows = (count) => Array.from({ length: count }, (_, at) => at + 1);
  const bottom = (id) =>
    page.waitForFunction((id) => {
      const { scrollTop, scrollHeight, clientHeight } = document.getElementById(id);
      return scrollHeight > 500 && Math.abs(scrollHeight - clientHeight - scrollTop) < 1;
    }, id);
  await set(page, { list: rows(30), last: "m30", top: 9_999 });
  await Promise.all([bottom("chat"), bottom("log")]);
  await told(page, "scrolltolower");
  // One more makes the list longer by less than the threshold; it has a new end all the same.
  await set(page, { list: rows(31), last: "m31", top: 10_000 });
  await Promise.all([bottom("chat"), bottom("log")]);
  await told(page, "scrolltolower", 2);
});

test("a font that is not there falls to the phone's sans-serif on a canvas too", async (t) => {
  const page = await open(t, "content");
  const families = await page.evaluate(async () => {
    const node = await new Promise((done) =>
      tt
        .createSelectorQuery()
        .select("#board")
        .node(({ node }) => done(node))
        .exec(),
    );
    const pen = node.getContext("2d");
    pen.font = "bold 20px Nowhere";
    const modern = pen.font;
    const context = tt.createCanvasContext("old");
    const old = document.querySelector("tt-canvas:not(#board) canvas").getContext("2d");
    let seen;
    old.fillText = () => (seen = old.font);
    context.font = "20px Nowhere, 'Also Nowhere'";
    context.fillText("a", 0, 20);
    await new Promise((done) => context.draw(false, done));
    return [modern, seen];
  });
  assert.deepEqual(families, ["bold 20px Nowhere, sans-serif", '20px Nowhere, "Also Nowhere", sans-serif']);
});

test("a text is measured in the font that is set, before anything is drawn", async (t) => {
  const page = await open(t, "content");
  const widths = await page.evaluate(async () => {
    const context = tt.createCanvasContext("old");
    const width = () => Math.round(context.measureText("measure").width);
    const small = width();
    context.save();
    context.setFontSize(40);
    const large = width();
    context.font = "bold 40px sans-serif";
    const bold = width();
    context.restore();
    const restored = width();
    context.setFontSize(20);
    await new Promise((done) => context.draw(false, done));
    return { small, ratio: Math.round(large / small), bolder: bold > large, restored, drawn: width() };
  });
  assert.deepEqual(widths, {
    small: widths.small,
    ratio: 4,
    bolder: true,
    restored: widths.small,
    drawn: widths.small,
  });
  assert.ok(widths.small > 10);
});

test("a step of an animation keeps what the steps before it did", async (t) => {
  const page = await open(t, "content");
  await page.evaluate(() => {
    const animation = tt.createAnimation({ duration: 0 });
    animation.translate(50, 0).opacity(0.5).step().scale(2).step();
    getCurrentPages()[0].setData({ animation: animation.export() });
    globalThis.go = () =>
      getCurrentPages()[0].setData({ animation: animation.translate(80, 0).step().export() });
  });
  const matrix = (expected) =>
    page.waitForFunction(
      (expected) => getComputedStyle(document.querySelector("#moved")).transform === expected,
      expected,
    );
  await matrix("matrix(2, 0, 0, 2, 50, 0)");
  // What is said of one function again replaces it, also after an export.
  await page.evaluate(() => globalThis.go());
  await matrix("matrix(2, 0, 0, 2, 80, 0)");
  assert.equal(await page.locator("#moved").evaluate((element) => element.style.opacity), "0.5");
});

test("an input hears of the keyboard of a touch screen", async (t) => {
  const page = await open(t, "content");
  await page.locator("#name input").focus();
  await page.evaluate(() => {
    Object.defineProperty(visualViewport, "height", { value: innerHeight - 300, configurable: true });
    visualViewport.dispatchEvent(new Event("resize"));
  });
  const [{ detail, id }] = await told(page, "keyboardheightchange");
  assert.deepEqual([detail, id], [{ height: 300, duration: 0 }, "name"]);
  // It goes after the focus has gone.
  await page.locator("#name input").blur();
  await page.evaluate(() => {
    delete visualViewport.height;
    visualViewport.dispatchEvent(new Event("resize"));
  });
  assert.deepEqual((await told(page, "keyboardheightchange", 2)).at(-1).detail, { height: 0, duration: 0 });
});

test("what a browser cannot play is said in words, in its place and to the page", async (t) => {
  const page = await open(t, "players");
  const errors = Object.fromEntries(
    (await told(page, "error", 3)).map(({ id, detail }) => [id, detail.errMsg]),
  );
  assert.deepEqual(errors, {
    flv: "this browser cannot play flv streams",
    none: "the address is none",
    rtmp: "a browser cannot play rtmp: streams",
  });
  for (const [id, words] of Object.entries(errors)) await page.locator(`#${id}`).getByText(words).waitFor();
  assert.equal(await page.locator("#flv").getByRole("button").isVisible(), false, "there is nothing to play");
  assert.deepEqual(
    (await told(page, "statechange")).map(({ detail }) => detail.code),
    [-2301],
  );
});

test("a context writes over the picture of its player", async (t) => {
  const page = await open(t, "players");
  for (const [create, id] of [
    ["createVideoContext", "flv"],
    ["createLivePlayerContext", "rtmp"],
  ]) {
    await page.evaluate(
      ([create, id]) =>
        tt[create](id).setWaterMark({ enable: true, content: `mine ${id}`, color: "#ff0000" }),
      [create, id],
    );
    const mark = page.locator(`#${id}`).getByText(`mine ${id}`);
    await mark.waitFor();
    assert.equal(await mark.evaluate((element) => getComputedStyle(element).color), "rgb(255, 0, 0)");
    await page.evaluate(([create, id]) => tt[create](id).setWaterMark({ enable: false }), [create, id]);
    await mark.waitFor({ state: "detached" });
  }
});

test("a player fills the screen of its phone, turned as its page says, until the user leaves it", async (t) => {
  const page = await open(t, "players");
  const player = page.locator("#flv");
  const box = () =>
    player.evaluate((element) => {
      const { left, top, width, height } = element.getBoundingClientRect();
      return [left, top, width, height].map(Math.round);
    });
  const before = await box();
  const full = (method, ...options) =>
    page.evaluate(([method, options]) => tt.createVideoContext("flv")[method](...options), [method, options]);
  await full("requestFullScreen");
  const [{ detail }] = await told(page, "fullscreenchange");
  assert.deepEqual(detail, { fullScreen: true, direction: "horizontal" });
  assert.deepEqual(await box(), [0, 0, 390, 844]);
  assert.match(
    await player.evaluate((element) => getComputedStyle(element).transform),
    /^matrix\(0, -1, 1, 0/,
  );
  assert.equal(await player.getByText("over").isVisible(), true, "what the page puts over it is still there");
  await player.getByRole("button", { name: "Leave full screen" }).click();
  assert.deepEqual((await told(page, "fullscreenchange", 2)).at(-1).detail, {
    fullScreen: false,
    direction: "vertical",
  });
  assert.deepEqual(await box(), before);

  await full("requestFullScreen", { direction: 0 });
  assert.equal((await told(page, "fullscreenchange", 3)).at(-1).detail.direction, "vertical");
  assert.deepEqual(await box(), [0, 0, 390, 844]);
  // Another page comes without it.
  await page.evaluate(() => tt.navigateTo({ url: "/chat/chat" }));
  await page.waitForFunction(() => !document.querySelector("#flv").matches(":popover-open"));
});

test("a video that the browser keeps from playing by itself can be started", async (t) => {
  const page = await open(t, "players");
  await page.evaluate((src) => {
    // As before the user has touched anything.
    const { play } = HTMLMediaElement.prototype;
    Object.defineProperty(HTMLMediaElement.prototype, "autoplay", { set() {} });
    HTMLMediaElement.prototype.play = async function () {
      HTMLMediaElement.prototype.play = play;
      throw new DOMException("not yet", "NotAllowedError");
    };
    getCurrentPages()[0].setData({ src });
  }, src);
  const button = page.locator("#auto").getByRole("button", { name: "Play" });
  await button.click();
  await told(page, "play");
  assert.equal(await button.isVisible(), false);
});

test("a map shows pictures on its ground, the user's own sign and the border of a line", async (t) => {
  // What the browser says of being read, and the failure that is asked for.
  const page = await open(t, "ground", {
    expected: /willReadFrequently|^(remove|add)GroundOverlay:fail/,
    view: { hasTouch: true },
  });
  const bounds = {
    southwest: { longitude: 112.98, latitude: 22.99 },
    northeast: { longitude: 113.02, latitude: 23.01 },
  };
  const map = (name, options) =>
    page.evaluate(([name, options]) => tt.createMapContext("map")[name](options), [name, options]);
  await map("addGroundOverlay", { id: 1, src: "/blue.png", bounds, opacity: 0.5 });
  const [image, pin] = [page.locator("#map img"), page.locator("#map").getByRole("button", { name: "Shop" })];
  await image.waitFor();
  const { left, top, width, height } = await image.evaluate((element) => {
    const [box, frame] = [element.getBoundingClientRect(), element.closest("tt-map").getBoundingClientRect()];
    return { left: box.left - frame.left, top: box.top - frame.top, width: box.width, height: box.height };
  });
  const [from, to] = [await map("mapToScreen", bounds.southwest), await map("mapToScreen", bounds.northeast)];
  for (const [is, should] of [
    [left, from.x],
    [top, to.y],
    [width, to.x - from.x],
    [height, from.y - to.y],
  ]) {
    assert.ok(Math.abs(is - should) < 1, `${is} should be ${should}`);
  }
  await pin.click();
  assert.deepEqual((await told(page, "markertap"))[0].detail.markerId, 7);
  assert.deepEqual(
    await page.evaluate(() => getCurrentPages()[0].told.map(({ type }) => type)),
    ["markertap"],
    "a tap on a marker is none on the map",
  );
  // A finger tells of the place it taps, like a mouse.
  await page.locator("#map").tap({ position: { x: 30, y: 30 } });
  const place = await map("screenToMap", { x: 30, y: 30 });
  const [tapped] = await told(page, "tap");
  assert.ok(
    Math.abs(tapped.detail.latitude - place.latitude) < 1e-6 &&
      Math.abs(tapped.detail.longitude - place.longitude) < 1e-6,
  );
  await map("updateGroundOverlay", { id: 1, visible: false });
  await image.waitFor({ state: "detached" });
  await map("removeGroundOverlay", { id: 1 });
  const refused = (name, options) =>
    page.evaluate(
      ([name, options]) =>
        tt
          .createMapContext("map")
          [name](options)
          .catch(({ errMsg }) => errMsg),
      [name, options],
    );
  assert.equal(
    await refused("removeGroundOverlay", { id: 1 }),
    'removeGroundOverlay:fail there is no ground overlay with the id "1"',
  );
  assert.equal(
    await refused("addGroundOverlay", { id: 1, src: "/blue.png", bounds: {} }),
    "addGroundOverlay:fail params.bounds should have southwest and northeast",
  );

  const { latitude, longitude } = await page.evaluate(() => phone.settings.location);
  await set(page, { markers: [] });
  await map("moveToLocation", { latitude, longitude });
  await map("setLocMarkerIcon", { iconPath: "/blue.png" });
  await image.waitFor();

  await map("setCenterOffset", { offset: [0.5, 0.7] });
  const { x, y } = await map("mapToScreen", { latitude, longitude });
  assert.deepEqual([x, y].map(Math.round), [150, 210]);
  const back = await map("screenToMap", { x: 150, y: 210 });
  assert.ok(Math.abs(back.latitude - latitude) < 1e-6);
  await map("setCenterOffset", { offset: [0.5, 0.5] });
  await map("moveToLocation", { longitude: 113, latitude: 22.98 });
  const colours = await page.locator("#map canvas").evaluate((canvas) => {
    const pen = canvas.getContext("2d");
    const ratio = canvas.width / canvas.clientWidth;
    return [0, 5].map((away) => [
      ...pen.getImageData(20 * ratio, (150 + away) * ratio, 1, 1).data.slice(0, 3),
    ]);
  });
  assert.deepEqual(colours, [
    [0, 255, 0],
    [255, 0, 0],
  ]);
});

/** A sound of a third of a second. */
const src = "/tone.wav";

test("a sound tells what becomes of it, in order", async (t) => {
  const page = await open(t, "content", { expected: /404/ });
  const heard = await page.evaluate(async (src) => {
    const sound = tt.createInnerAudioContext();
    const all = [];
    const waiting = {};
    for (const event of ["Canplay", "Play", "Pause", "Stop", "Ended", "Seeking", "Seeked", "Error"]) {
      sound[`on${event}`](() => {
        all.push(event);
        waiting[event]?.();
      });
    }
    const next = (event, act) => {
      const happened = new Promise((done) => (waiting[event] = done));
      act();
      return happened;
    };
    const part = async (event, act) => {
      all.length = 0;
      await next(event, act);
      return all.filter((each) => each !== "Canplay").join();
    };
    const parts = {};
    // Whichever is set first.
    parts.end = await part("Ended", () => {
      sound.src = src;
      sound.autoplay = true;
    });
    parts.paused = sound.paused;
    parts.duration = Math.round(sound.duration * 100) / 100;
    sound.loop = true;
    parts.again = await part("Play", () => sound.play());
    parts.pause = await part("Pause", () => sound.pause());
    parts.seek = await part("Seeked", () => sound.seek(0.1));
    parts.at = sound.currentTime;
    await next("Play", () => sound.play());
    // A stop is no pause.
    parts.stop = await part("Stop", () => sound.stop());
    parts.start = sound.currentTime;
    let gone = 0;
    const listener = () => (gone += 1);
    sound.onPlay(listener);
    sound.offPlay(listener);
    await next("Play", () => sound.play());
    parts.gone = gone;
    sound.pause();
    parts.error = await part("Error", () => (sound.src = "/none.mp3"));
    sound.destroy();
    return parts;
  }, src);
  assert.deepEqual(heard, {
    end: "Play,Ended",
    paused: true,
    duration: 0.31,
    again: "Play",
    pause: "Pause",
    seek: "Seeking,Seeked",
    at: 0.1,
    stop: "Stop",
    start: 0,
    gone: 0,
    error: "Play,Error",
  });
});

test("background sound plays as soon as it has a source, and the browser shows what it is", async (t) => {
  const page = await open(t, "content");
  const heard = await page.evaluate(async (src) => {
    const manager = tt.getBackgroundAudioManager();
    manager.title = "A song";
    manager.singer = "Ada";
    const ended = new Promise((done) => manager.onEnded(done));
    const played = new Promise((done) => manager.onPlay(() => done(navigator.mediaSession.metadata?.title)));
    manager.src = src;
    await ended;
    return [await played, navigator.mediaSession.metadata?.artist, manager.paused];
  }, src);
  assert.deepEqual([heard[1], heard[2]], ["Ada", true]);
});

test("pictures are chosen, looked at and kept, or the page is told why not", async (t) => {
  const page = await open(t, "content", {
    expected: /^(chooseImage|saveImageToPhotosAlbum|previewImage):fail/,
  });
  const ask = (name, options) =>
    page.evaluate(([name, options]) => tt[name](options).catch((failure) => failure), [name, options]);
  const button = (name) => page.getByRole("button", { name, exact: true }).click();
  const chosen = ask("chooseImage", { count: 2, sourceType: ["album"] });
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button("From the album")]);
  const svg = (width) =>
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20"/>`);
  await chooser.setFiles(
    [40, 60].map((width) => ({ name: `${width}.svg`, mimeType: "image/svg+xml", buffer: svg(width) })),
  );
  const { tempFilePaths, tempFiles, errMsg } = await chosen;
  assert.equal(errMsg, "chooseImage:ok");
  assert.deepEqual(
    tempFiles,
    tempFilePaths.map((path, index) => ({ path, size: svg([40, 60][index]).length })),
  );

  // The second is on show, as it was asked for.
  assert.equal(
    (await ask("previewImage", { urls: tempFilePaths, current: tempFilePaths[1] })).errMsg,
    "previewImage:ok",
  );
  await page.getByText("2 / 2").waitFor();
  await page.getByRole("button", { name: "Close" }).last().click();

  const camera = ask("chooseImage", { sourceType: ["camera"] });
  await button("Take a picture");
  await button("Don't allow");
  assert.equal((await camera).errMsg, "chooseImage:fail auth deny");
  const album = ask("saveImageToPhotosAlbum", { filePath: tempFilePaths[0] });
  await button("Don't allow");
  assert.equal((await album).errMsg, "saveImageToPhotosAlbum:fail auth deny");
  assert.equal(
    (await ask("saveImageToPhotosAlbum", { filePath: "https://example.com/a.png" })).errMsg.split(" ")[0],
    "saveImageToPhotosAlbum:fail",
  );
});

test("a placeholder stands where the text of its input will", async (t) => {
  const page = await open(t, "content");
  const { right, width } = await page.locator("#right").evaluate((element) => {
    const range = document.createRange();
    range.selectNodeContents(element.querySelector("div"));
    const text = range.getBoundingClientRect();
    return { right: element.getBoundingClientRect().right - text.right, width: text.width };
  });
  assert.ok(width > 0 && width < 200 && Math.abs(right - 20) < 1, `${right}`);
});

test("a recorder asks for the microphone, and says which files the browser makes", async (t) => {
  const page = await open(t, "content", {
    expected: /^RecorderManager: this browser records webm files, and no mp3$/,
  });
  await page.evaluate(() => {
    const recorder = tt.getRecorderManager();
    globalThis.heard = [];
    for (const event of ["Start", "Stop", "Error"])
      recorder[`on${event}`]((detail) => globalThis.heard.push([event, detail]));
    recorder.start({ format: "mp3" });
  });
  const next = (count) =>
    page
      .waitForFunction((count) => globalThis.heard.length === count && globalThis.heard.at(-1), count)
      .then((found) => found.jsonValue());
  await page.getByRole("button", { name: "Don't allow" }).click();
  assert.deepEqual(await next(1), ["Error", { errMsg: "auth deny" }]);
  await page.evaluate(() => {
    phone.apply({ permissions: { "scope.record": "granted" } });
    tt.getRecorderManager().start({ format: "mp3" });
  });
  await next(2);
  await page.evaluate(() => tt.getRecorderManager().stop());
  const [event, { tempFilePath, fileSize }] = await next(3);
  assert.equal(event, "Stop");
  assert.match(tempFilePath, /^ttfile:\/\/temp\/.*\.webm$/);
  assert.ok(fileSize > 0);
  assert.equal(page.complaints.length, 1);
});
