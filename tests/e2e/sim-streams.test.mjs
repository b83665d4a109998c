// Streams in `live-player` and `video`, from a server of the test.
//
// What it serves is of our own making, three seconds of a test picture and a tone:
//
//   ffmpeg -f lavfi -i testsrc=size=96x64:rate=10 -f lavfi -i sine=frequency=440:sample_rate=22050 -t 3 \
//     -c:v libx264 -profile:v baseline -preset veryslow -crf 40 -g 10 -keyint_min 10 -sc_threshold 0 \
//     -pix_fmt yuv420p -c:a aac -b:a 16k -ac 1 -map_metadata -1 -fflags +bitexact \
//     -flvflags no_duration_filesize clock.flv
//   ffmpeg -i clock.flv -c copy -f hls -hls_time 1 -hls_list_size 0 \
//     -hls_segment_filename 'clock-%d.m2ts' clock.m3u8

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { launch, root } from "./harness.mjs";
import { openPhone, project, simulate } from "./simulator.mjs";

const PAGE = {
  "pages/a/a.js": `
    const log = (list) => function ({ type, detail }) { this[list].push(type === "statechange" ? detail.code : type === "error" ? detail.errMsg : type); };
    Page({
      data: { live: "", film: "", autoplay: true, muted: true },
      onLoad() { this.told = []; this.toldOfFilm = []; },
      on: log("told"),
      onFilm: log("toldOfFilm"),
    });`,
  "pages/a/a.ttml": `
    <live-player tt:if="{{live}}" id="live" src="{{live}}" autoplay="{{autoplay}}" muted="{{muted}}" bindstatechange="on" binderror="on" bindfullscreenchange="on" />
    <video tt:if="{{film}}" id="film" src="{{film}}" autoplay muted binderror="onFilm" bindplay="onFilm" bindended="onFilm" bindloadedmetadata="onFilm" />`,
};
/** What phones say of a refused or failed request themselves: it is the browser's. */
const NETWORK = /Failed to load resource|blocked by CORS policy/;

const flv = await readFile(`${root}examples/components/media/clock.flv`);
const segments = await Promise.all(
  [0, 1, 2].map((at) => readFile(`${root}tests/e2e/streams/clock-${at}.m2ts`)),
);
const ts = Buffer.concat(segments);

let simulator, browser;
const closing = [];
before(async () => {
  const context = { after: (close) => closing.push(close) };
  simulator = await simulate(context, await project(context, PAGE));
  browser = await launch();
});
after(async () => {
  await browser?.close();
  for (const close of closing) await close();
});

/**
 * A server of streams.
 *
 * @param answers functions by their paths, given the answer and how often the path was asked for before
 * @returns its address; `asked`, the paths of requests; and `open()`, how many of them are not over
 */
async function streams(answers, headers = { "access-control-allow-origin": "*" }) {
  const asked = [];
  let open = 0;
  const server = createServer((request, response) => {
    const path = request.url.split("?")[0];
    const before = asked.filter((each) => each === path).length;
    asked.push(path);
    open += 1;
    response.once("close", () => (open -= 1));
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (answers[path]) answers[path](response, before);
    else response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  // After the pages, which would see their streams break off.
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${server.address().port}`, asked, open: () => open };
}

const phone = (t, options) =>
  openPhone(t, browser, simulator.url, { id: t.name.replace(/\W+/g, "-"), ...options });
const set = (page, change) => page.evaluate((change) => getCurrentPages()[0].setData(change), change);
/** What the page was told, once `last` is among it. */
async function told(page, last, list = "told") {
  await page.waitForFunction(([list, last]) => getCurrentPages()[0][list].includes(last), [list, last]);
  return page.evaluate((list) => getCurrentPages()[0][list], list);
}
const forget = (page) => page.evaluate(() => void (getCurrentPages()[0].told.length = 0));
/** Waits until a player has moved on to a time, in seconds. */
const plays = (page, time, id = "live") =>
  page.waitForFunction(
    ([id, time]) => document.querySelector(`#${id} video`).currentTime >= time,
    [id, time],
  );
/** Calls a method of the player's context. */
const act = (page, method) => page.evaluate((method) => tt.createLivePlayerContext("live")[method](), method);
/** The requests of media that the desk is told of: the last that was told of each. */
const requests = (page) =>
  page.evaluate(() => {
    const all = phone.records().filter(({ kind, request }) => kind === "request" && request.kind === "media");
    return [...new Map(all.map(({ request }) => [request.id, request])).values()];
  });
const until = async (what) => {
  for (const end = Date.now() + 10_000; !what(); await new Promise((done) => setTimeout(done, 20)))
    assert.ok(Date.now() < end, "it takes too long");
};

for (const [format, bytes] of [
  ["flv", flv],
  ["ts", ts],
]) {
  test(`a live-player plays an endless answer of ${format}, waits where it is held up, and ends with it`, async (t) => {
    let answer;
    const { url } = await streams({
      [`/live.${format}`]: (response) => (answer = response).write(bytes.subarray(0, bytes.length / 2)),
    });
    const page = await phone(t);
    const src = `${url}/live.${format}?sign=1`;
    await set(page, { live: src });
    const [first] = await told(page, 2004);
    assert.equal(first, 2004);
    assert.deepEqual(
      await page.evaluate(() => {
        const { videoWidth, videoHeight, muted } = document.querySelector("#live video");
        return [videoWidth, videoHeight, muted];
      }),
      [96, 64, true],
    );
    await told(page, 2007);
    const [running] = await requests(page);
    assert.deepEqual([running.url, running.duration], [src, null], "it is still asked for");
    await forget(page);
    answer.end(bytes.subarray(bytes.length / 2));
    assert.deepEqual(
      (await told(page, 2006)).filter((code) => code !== 2007),
      [2004, 2006],
    );
    await plays(page, 2.5);
    const [{ status, error, duration }] = await requests(page);
    assert.deepEqual([status, error, duration > 0], [200, "", true]);
  });
}

test("a live-player follows a growing HLS playlist to its end", async (t) => {
  const list = (count, end) =>
    [
      "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0",
      ...segments.slice(0, count).map((_, at) => `#EXTINF:1.0,\n/clock-${at}.m2ts`),
      ...(end ? ["#EXT-X-ENDLIST"] : []),
    ].join("\n");
  const server = await streams({
    "/live.m3u8": (response, before) => response.end(list(Math.min(3, 1 + before), before > 3)),
    ...Object.fromEntries(
      segments.map((bytes, at) => [`/clock-${at}.m2ts`, (response) => response.end(bytes)]),
    ),
  });
  const page = await phone(t);
  await set(page, { live: `${server.url}/live.m3u8` });
  await told(page, 2004);
  const all = await told(page, 2006);
  assert.ok(!all.includes(-2301) && all.at(-1) === 2006, `${all}`);
  assert.ok(server.asked.filter((path) => path === "/live.m3u8").length > 3);
  const seen = await requests(page);
  assert.deepEqual([...new Set(seen.map(({ url, status }) => `${new URL(url).pathname} ${status}`))].sort(), [
    "/clock-0.m2ts 200",
    "/clock-1.m2ts 200",
    "/clock-2.m2ts 200",
    "/live.m3u8 200",
  ]);
});

test("a video plays HLS, seeks in it and ends", async (t) => {
  const list = await readFile(`${root}tests/e2e/streams/clock.m3u8`);
  const { url } = await streams({
    "/film.m3u8": (response) => response.end(list),
    ...Object.fromEntries(
      segments.map((bytes, at) => [`/clock-${at}.m2ts`, (response) => response.end(bytes)]),
    ),
  });
  const page = await phone(t, { expected: NETWORK });
  await set(page, { film: `${url}/film.m3u8` });
  await told(page, "play", "toldOfFilm");
  await page.evaluate(() => tt.createVideoContext("film").seek(2));
  await plays(page, 2.1, "film");
  assert.deepEqual(
    [...new Set(await told(page, "ended", "toldOfFilm"))],
    ["loadedmetadata", "play", "ended"],
  );
  await set(page, { film: `${url}/none.m3u8` });
  const words = "the server of the stream answered 404";
  await told(page, words, "toldOfFilm");
  await page.locator("#film").getByText(words).waitFor();
});

test("streams that are not there, are not allowed or are none fail in words", async (t) => {
  const page = await phone(t, { expected: NETWORK });
  const garbage = (response) => response.end(Buffer.alloc(5_000, "no stream "));
  const open = await streams({
    "/garbage.flv": garbage,
    "/garbage.ts": garbage,
    "/garbage.m3u8": garbage,
    "/gap.m3u8": (response) =>
      response.end("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1.0,\n/garbage.ts\n#EXT-X-ENDLIST"),
  });
  const closed = await streams({ "/live.flv": (response) => response.end(flv), "/live.m3u8": garbage }, {});
  const CORS =
    "the server of the stream does not answer, or its answer does not allow other sites to read it (CORS)";
  for (const [src, words] of [
    [`${open.url}/none.flv`, "the server of the stream answered 404"],
    [`${open.url}/none.ts`, "the server of the stream answered 404"],
    [`${open.url}/none.m3u8`, "the server of the stream answered 404"],
    [`${open.url}/garbage.flv`, /^the stream cannot be played: /],
    [`${open.url}/garbage.ts`, /^the stream cannot be played: /],
    [`${open.url}/garbage.m3u8`, /^the stream cannot be played: /],
    [`${open.url}/gap.m3u8`, /^the stream cannot be played: /],
    [`${closed.url}/live.flv`, CORS],
    [`${closed.url}/live.m3u8`, CORS],
  ]) {
    await set(page, { live: "" });
    await forget(page);
    await set(page, { live: src });
    const all = await told(page, -2301);
    await page.waitForFunction(() => getCurrentPages()[0].told.at(-1) !== -2301);
    const [message] = (await page.evaluate(() => getCurrentPages()[0].told)).slice(-1);
    if (typeof words === "string") assert.equal(message, words, src);
    else assert.match(message, words, src);
    assert.deepEqual(
      all.filter((code) => code !== 2103),
      [-2301, message],
      `${src}: it fails once`,
    );
    assert.equal(all.includes(2103), words === CORS && src.endsWith(".flv"), `${src}: ${all}`);
    assert.equal(await page.locator("#live small").textContent(), message);
  }
});

test("a stream that breaks off is asked for again, and plays on", async (t) => {
  const server = await streams({
    "/live.flv": (response, before) => {
      response.write(flv);
      if (before === 0) setTimeout(() => response.destroy(), 1_000);
    },
  });
  const page = await phone(t, { expected: /ERR_INCOMPLETE_CHUNKED_ENCODING/ });
  await set(page, { live: `${server.url}/live.flv` });
  await told(page, 2103);
  await forget(page);
  await told(page, 2004);
  assert.deepEqual(server.asked, ["/live.flv", "/live.flv"]);
  const seen = await requests(page);
  assert.deepEqual(
    seen.map(({ error }) => error !== ""),
    [true, false],
  );
});

test("a page starts, holds, stops and starts its stream again", async (t) => {
  const server = await streams({ "/live.flv": (response) => response.write(flv) });
  const page = await phone(t, { expected: NETWORK });
  await set(page, { autoplay: false, muted: false, live: `${server.url}/live.flv` });
  await page.waitForFunction(() => document.querySelector("#live video").readyState >= 2);
  assert.deepEqual(await page.evaluate(() => getCurrentPages()[0].told), [], "it waits for the page");
  await act(page, "mute");
  await act(page, "play");
  await told(page, 2004);
  const muted = () => page.evaluate(() => document.querySelector("#live video").muted);
  assert.equal(await muted(), true);
  await act(page, "pause");
  await forget(page);
  await act(page, "unmute");
  assert.equal(await muted(), false);
  await act(page, "resume");
  await told(page, 2004);
  assert.equal(server.open(), 1);
  await act(page, "stop");
  await until(() => server.open() === 0);
  assert.equal(await page.evaluate(() => document.querySelector("#live video").readyState), 0);
  await forget(page);
  await act(page, "play");
  await told(page, 2004);
  assert.equal(server.asked.length, 2);
  // Another address, and no player at all, end it too.
  await set(page, { live: `${server.url}/none.mp4` });
  await until(() => server.open() === 0);
  await set(page, { live: `${server.url}/live.flv`, autoplay: true });
  await until(() => server.open() === 1);
  await set(page, { live: "" });
  await until(() => server.open() === 0);
});

test("a phone without a network plays no streams, and one that loses it stops", async (t) => {
  const server = await streams({ "/live.flv": (response) => response.write(flv) });
  const page = await phone(t);
  const network = (type) => page.evaluate((type) => phone.apply({ network: { type } }), type);
  await network("none");
  for (const name of ["live.flv", "live.m3u8", "live.mp4"]) {
    await forget(page);
    await set(page, { live: `${server.url}/${name}` });
    assert.deepEqual(await told(page, "the network is not available"), [
      -2301,
      "the network is not available",
    ]);
  }
  await set(page, { film: `${server.url}/film.mp4` });
  await told(page, "the network is not available", "toldOfFilm");
  assert.deepEqual(server.asked, []);
  await network("wifi");
  await set(page, { live: `${server.url}/live.flv` });
  await told(page, 2004);
  await forget(page);
  await network("none");
  assert.deepEqual(await told(page, "the network was lost"), [-2301, "the network was lost"]);
  await until(() => server.open() === 0);
  await network("wifi");
  await act(page, "play");
  await told(page, 2004);
});

test("libraries for streams are loaded for those only, and from the phone's own server", async (t) => {
  const server = await streams({ "/live.flv": (response) => response.write(flv) });
  const page = await phone(t);
  const scripts = () =>
    page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map(({ name }) => new URL(name).pathname)
        .filter((path) => /^\/(hls|mpegts)\//.test(path)),
    );
  assert.deepEqual(await scripts(), []);
  await set(page, { live: `${server.url}/live.flv` });
  await told(page, 2004);
  assert.deepEqual(await scripts(), ["/mpegts/main.js"]);
});
