// Every name of the platform's documentation is there, and each function that `cargo xtask coverage`
// counts as working is seen to do what it is for, in a mini-program on a phone.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { coverage, documentedObjects } from "../../www/phone/tt/coverage-report.mjs";
import { launch } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

let browser;
let simulator;
before(async () => {
  browser = await launch();
  // For all tests: ended below.
  simulator = await simulate({ after: () => {} }, "tests/e2e/miniprograms/api");
});
after(async () => {
  await browser?.close();
  await simulator?.stop();
});

/** A phone on page A; `errors` are those that nobody caught. */
async function open(t, path = "") {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, acceptDownloads: true });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const errors = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.goto(
    `${simulator.url}phone/?id=${t.name.replace(/\W+/g, "-")}&user=ada&language=en&fake=1&path=${path}`,
  );
  await page.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  return { page, errors, context };
}

test("every documented name is there, canIUse knows which of them work, and what fails says so", async (t) => {
  const { page } = await open(t);
  const table = await coverage();
  const names = table.map(({ name }) => name);
  const kinds = await page.evaluate(
    (names) => names.map((name) => [name, typeof tt[name], tt.canIUse(name)]),
    names,
  );
  const objects = ["env", "performance"];
  for (const [name, kind, usable] of kinds) {
    assert.equal(kind, objects.includes(name) ? "object" : "function", `tt.${name}`);
    assert.equal(usable, table.find((each) => each.name === name).kind !== "fails", `tt.canIUse("${name}")`);
  }
  // A call without options, unbound and unguarded, is answered in words: it throws at most what says so.
  const failing = table.filter(({ kind }) => kind === "fails").map(({ name }) => name);
  const said = await page.evaluate(async (names) => {
    const words = {};
    for (const name of names) {
      const unbound = tt[name];
      const warnings = [];
      const { warn } = console;
      console.warn = (...values) => warnings.push(values.join(" "));
      try {
        const value = unbound();
        const answered = await Promise.resolve(value).catch(({ errMsg }) => errMsg);
        words[name] = typeof answered === "string" ? answered : warnings.join() || typeof answered;
      } catch (error) {
        words[name] = `${error instanceof TypeError ? "TypeError " : ""}${error.message}`;
      }
      console.warn = warn;
    }
    return words;
  }, failing);
  for (const [name, words] of Object.entries(said)) {
    // Objects of functions that cannot work tell it themselves.
    if (words === "object") assert.match(name, /^create/);
    else assert.match(words, new RegExp(`^${name}(:fail .*not supported|:fail |.* is never called)`), name);
  }
});

test("every method of the objects that functions give is there", async (t) => {
  const { page } = await open(t);
  const missing = await page.evaluate(async (documented) => {
    const quiet = { complete: () => {} };
    const files = tt.getFileSystemManager();
    files.writeFileSync("ttfile://user/a.txt", "a");
    const query = tt.createSelectorQuery();
    const cameras = tt.createCameraContext;
    const objects = {
      Animation: tt.createAnimation({}),
      BackgroundAudioManager: tt.getBackgroundAudioManager(),
      CameraContext: cameras?.(),
      CameraFrameListener: cameras?.().onCameraFrame(() => {}),
      CanvasContext: tt.createCanvasContext("board"),
      CanvasGradient: tt.createCanvasContext("board").createLinearGradient(0, 0, 1, 1),
      Cloud: tt.createCloud({}),
      DownloadTask: tt.downloadFile({ url: "http://127.0.0.1:9/", ...quiet }),
      EffectCameraStream: tt.createEffectCameraStream(),
      EventSource: tt.createEventSource({ url: "http://127.0.0.1:9/" }),
      FileSystemManager: files,
      InnerAudioContext: tt.createInnerAudioContext(),
      InterstitialAd: tt.createInterstitialAd({ adUnitId: "a" }),
      IntersectionObserver: tt.createIntersectionObserver(),
      LivePlayerContext: tt.createLivePlayerContext("live"),
      MapContext: tt.createMapContext("map"),
      MediaRecorder: tt.createMediaRecorder(document.createElement("canvas"), {}),
      NodesRef: query.select(".first"),
      OffscreenCanvas: tt.createOffscreenCanvas(),
      Performance: tt.performance,
      PerformanceObserver: tt.performance.createObserver(() => {}),
      PreloadVideoTask: tt.preloadVideo({ src: "/none.mp4", ...quiet }),
      RecorderManager: tt.getRecorderManager(),
      RequestTask: tt.request({ url: "http://127.0.0.1:9/", ...quiet }),
      RewardedVideoAd: tt.createRewardedVideoAd({ adUnitId: "a" }),
      RtcRoomContext: tt.createRtcRoomContext({ appId: "123456789012345678901234" }),
      SelectorQuery: query,
      SocketTask: tt.connectSocket({ url: "ws://127.0.0.1:9/", ...quiet }),
      Stats: files.statSync("ttfile://user/a.txt"),
      UpdateManager: tt.getUpdateManager(),
      UploadTask: tt.uploadFile({
        url: "http://127.0.0.1:9/",
        filePath: "ttfile://user/a.txt",
        name: "a",
        ...quiet,
      }),
      VideoContext: tt.createVideoContext("film"),
      Worker: tt.createWorker("worker.js"),
    };
    const lacks = ([name, methods]) =>
      methods
        .filter((method) => typeof objects[name]?.[method] !== "function")
        .map((method) => `${name}.${method}`);
    // What canIUse is asked of an object by its name, it knows of its members.
    const denied = [
      "UpdateManager",
      "RecorderManager",
      "BackgroundAudioManager",
      "InnerAudioContext",
      "SelectorQuery",
      "Stats",
    ]
      .flatMap((name) => documented[name].map((method) => `${name}.${method}`))
      .filter((schema) => !tt.canIUse(schema));
    return [...Object.entries(documented).flatMap(lacks), ...denied];
  }, documentedObjects());
  assert.deepEqual(missing, []);
});

/** What a listener of `tt.onNAME` is told of, and whether one that was taken off hears nothing. */
const heard = (page, name, act) =>
  page.evaluate(
    async ([name, act]) => {
      const all = [];
      let gone = 0;
      const left = () => (gone += 1);
      tt[`on${name}`](left);
      tt[`off${name}`](left);
      const told = new Promise((done) => tt[`on${name}`]((payload) => done(all.push(payload))));
      await new Function(`return (${act})()`)();
      await told;
      return { payload: all[0], gone };
    },
    [name, String(act)],
  );

// effect: onNetworkStatusChange offNetworkStatusChange getNetworkType onThemeChange offThemeChange
// effect: onWindowResize offWindowResize onUserCaptureScreen offUserCaptureScreen onMemoryWarning offMemoryWarning
// effect: onAppHide offAppHide onAppShow offAppShow exitMiniProgram onError offError
// effect: onUnhandledRejection offUnhandledRejection onKeyboardHeightChange offKeyboardHeightChange
test("what happens to a phone is told to those who listen, and to no others", async (t) => {
  const { page, errors } = await open(t);
  const events = {
    onNetworkStatusChange: [
      () => phone.apply({ network: { type: "4g" } }),
      { networkType: "4g", isConnected: true },
    ],
    onThemeChange: [() => phone.apply({ theme: "dark" }), { theme: "dark" }],
    onUserCaptureScreen: [() => phone.captureScreen(), undefined],
    onMemoryWarning: [() => phone.memoryWarning(10), { level: 10 }],
    onAppHide: [() => tt.exitMiniProgram(), undefined],
    onAppShow: [
      () => phone.apply({ foreground: true }),
      (options) => assert.equal(options.path, "pages/a/a"),
    ],
    onError: [
      () =>
        void setTimeout(() => {
          throw new Error("mine");
        }),
      (message) => assert.match(message, /mine/),
    ],
    onUnhandledRejection: [
      () => void Promise.reject(new Error("not caught")),
      ({ reason }) => assert.ok(reason),
    ],
    onKeyboardHeightChange: [
      () => {
        Object.defineProperty(visualViewport, "height", { value: innerHeight - 300, configurable: true });
        visualViewport.dispatchEvent(new Event("resize"));
      },
      { height: 300 },
    ],
  };
  // Taken off by offNetworkStatusChange, offThemeChange, offUserCaptureScreen, offMemoryWarning, offAppHide,
  // offAppShow, offError, offUnhandledRejection and offKeyboardHeightChange.
  for (const [name, [act, expected]] of Object.entries(events)) {
    await t.test(name, async () => {
      const { payload, gone } = await heard(page, name.slice(2), act);
      if (typeof expected === "function") expected(payload);
      else assert.deepEqual(payload, expected);
      assert.equal(gone, 0, "whoever was taken off hears nothing");
      if (name === "onAppHide") assert.equal(await page.evaluate(() => phone.settings.foreground), false);
    });
  }
  assert.equal((await page.evaluate(() => tt.getNetworkType())).networkType, "4g");
  // onWindowResize, offWindowResize: the desk turns the phone, and with it the window.
  await page.evaluate(() => {
    globalThis.sizes = [];
    const gone = () => sizes.push("gone");
    tt.onWindowResize(gone);
    tt.offWindowResize(gone);
    tt.onWindowResize((size) => sizes.push(size));
  });
  await page.setViewportSize({ width: 844, height: 390 });
  await page.waitForFunction(() => sizes.length > 0);
  assert.equal((await page.evaluate(() => sizes))[0].windowWidth, 844);
  assert.ok(errors.splice(0).every((error) => /mine|not caught/.test(error)));
});

// effect: onAppLaunch offAppLaunch onPageNotFound offPageNotFound getEnterOptionsSync
test("an app hears of its launch, and of a page that is not there", async (t) => {
  // onAppLaunch, offAppLaunch, onPageNotFound and offPageNotFound stand in app.js.
  const { page } = await open(t, "pages/zz/zz");
  await page.waitForFunction(() => getApp().seen.length > 1);
  assert.deepEqual(await page.evaluate(() => getApp().seen), [
    ["AppLaunch", "pages/zz/zz"],
    ["PageNotFound", "pages/zz/zz"],
  ]);
  assert.equal((await page.evaluate(() => tt.getEnterOptionsSync())).path, "pages/zz/zz");
});

// effect: startAccelerometer stopAccelerometer onAccelerometerChange offAccelerometerChange startCompass stopCompass
// effect: onCompassChange offCompassChange startGyroscope stopGyroscope onGyroscopeChange offGyroscopeChange
test("sensors tell readings between their start and their stop", async (t) => {
  const { page } = await open(t);
  await page.clock.install();
  // As in startAccelerometer, stopAccelerometer, onAccelerometerChange, offAccelerometerChange, startCompass,
  // stopCompass, onCompassChange, offCompassChange, startGyroscope, stopGyroscope, onGyroscopeChange, offGyroscopeChange.
  for (const name of ["Accelerometer", "Compass", "Gyroscope"]) {
    const count = () => page.evaluate(() => globalThis.readings.length);
    await page.evaluate((name) => {
      globalThis.readings = [];
      globalThis.gone = 0;
      globalThis.left = () => (globalThis.gone += 1);
      tt[`on${name}Change`](left);
      tt[`off${name}Change`](left);
      globalThis.follow = (reading) => readings.push(reading);
      tt[`on${name}Change`](follow);
      return tt[`stop${name}`]();
    }, name);
    await page.clock.runFor(1000);
    assert.equal(await count(), 0, `${name} is stopped`);
    await page.evaluate((name) => tt[`start${name}`](), name);
    await page.clock.runFor(1000);
    const [reading] = await page.evaluate(() => readings);
    assert.ok("x" in reading || "direction" in reading, JSON.stringify(reading));
    await page.evaluate((name) => tt[`stop${name}`](), name);
    const before = await count();
    await page.clock.runFor(1000);
    assert.deepEqual([await count(), await page.evaluate(() => globalThis.gone)], [before, 0]);
  }
});

// effect: startLocationUpdate stopLocationUpdate onLocationChange offLocationChange
// effect: onLocationChangeError offLocationChangeError getLocation
test("a phone that moves tells its places while they are asked for", async (t) => {
  const { page } = await open(t);
  const places = () => page.evaluate(() => globalThis.places);
  await page.evaluate(() => {
    phone.apply({ permissions: { "scope.userLocation": "granted" } });
    globalThis.places = [];
    const gone = () => places.push("gone");
    tt.onLocationChange(gone);
    tt.offLocationChange(gone);
    tt.onLocationChangeError(gone);
    tt.offLocationChangeError(gone);
    tt.onLocationChange(({ latitude }) => places.push(latitude));
    tt.onLocationChangeError(({ errMsg }) => places.push(errMsg));
    return tt.startLocationUpdate({ type: "wgs84" });
  });
  await page.waitForFunction(() => places.length === 1);
  await page.evaluate(() => phone.apply({ location: { latitude: 31.5 } }));
  assert.equal((await places())[1], 31.5);
  assert.equal((await page.evaluate(() => tt.getLocation({ type: "wgs84" }))).latitude, 31.5);
  await page.evaluate(() => phone.apply({ permissions: { "scope.userLocation": "denied" } }));
  assert.equal((await places())[2], "auth deny");
  await page.evaluate(() => tt.stopLocationUpdate());
  await page.evaluate(() =>
    phone.apply({ permissions: { "scope.userLocation": "granted" }, location: { latitude: 1 } }),
  );
  assert.equal((await places()).length, 3);
  const refused = await page.evaluate(() => {
    phone.apply({ permissions: { "scope.userLocation": "denied" } });
    return tt.startLocationUpdate().catch(({ errMsg }) => errMsg);
  });
  assert.equal(refused, "startLocationUpdate:fail auth deny");
});

// effect: setNavigationBarTitle setNavigationBarColor showNavigationBarLoading hideNavigationBarLoading hideHomeButton
// effect: showTabBar hideTabBar showTabBarRedDot hideTabBarRedDot setTabBarBadge removeTabBarBadge setTabBarItem setTabBarStyle
test("the bars of a page show what they are told to", async (t) => {
  const { page } = await open(t);
  const bar = page.locator("phone-bar:visible").last();
  await page.evaluate(() => tt.setNavigationBarTitle({ title: "New title" }));
  await bar.getByText("New title").waitFor();
  await page.evaluate(() => tt.setNavigationBarColor({ frontColor: "#ffffff", backgroundColor: "#123456" }));
  await page.waitForFunction(() =>
    [...document.querySelectorAll("phone-bar")].some(
      (bar) => getComputedStyle(bar).backgroundColor === "rgb(18, 52, 86)",
    ),
  );
  const loading = bar.locator("i");
  await page.evaluate(() => tt.showNavigationBarLoading());
  await loading.waitFor({ state: "visible" });
  await page.evaluate(() => tt.hideNavigationBarLoading());
  await loading.waitFor({ state: "hidden" });

  const tab = page.getByRole("tab", { name: /^B/ });
  await page.evaluate(() => tt.setTabBarBadge({ index: 1, text: "7" }));
  await tab.getByText("7").waitFor();
  await page.evaluate(() => tt.removeTabBarBadge({ index: 1 }));
  await tab.getByText("7").waitFor({ state: "detached" });
  await page.evaluate(() => tt.showTabBarRedDot({ index: 1 }));
  await tab.locator(".dot").waitFor();
  await page.evaluate(() => tt.hideTabBarRedDot({ index: 1 }));
  await tab.locator(".dot").waitFor({ state: "detached" });
  await page.evaluate(() => tt.setTabBarStyle({ selectedColor: "#00ff00", color: "#0000ff" }));
  await page.waitForFunction(
    (tab) => getComputedStyle(tab).color === "rgb(0, 0, 255)",
    await tab.elementHandle(),
  );
  await page.evaluate(() => tt.setTabBarItem({ index: 1, text: "Beta" }));
  await page.getByRole("tab", { name: "Beta" }).waitFor();
  await page.evaluate(() => tt.hideTabBar());
  await page.getByRole("tab", { name: "Beta" }).waitFor({ state: "hidden" });
  await page.evaluate(() => tt.showTabBar());
  await page.getByRole("tab", { name: "Beta" }).waitFor({ state: "visible" });

  await page.evaluate(() => tt.reLaunch({ url: "/pages/c/c" }));
  const home = page.getByRole("button", { name: "Home" });
  await home.waitFor();
  await page.evaluate(() => tt.hideHomeButton());
  await home.waitFor({ state: "hidden" });
});

// effect: navigateTo navigateBack redirectTo reLaunch switchTab enableAlertBeforeUnload disableAlertBeforeUnload
test("pages come and go, and a page that asks is left only with the user's consent", async (t) => {
  const { page } = await open(t);
  const stack = () =>
    page.evaluate(() =>
      getCurrentPages()
        .map(({ route }) => route.at(-1))
        .join(""),
    );
  await page.evaluate(() => tt.navigateTo({ url: "/pages/c/c" }));
  assert.equal(await stack(), "ac");
  await page.evaluate(() => tt.navigateBack());
  assert.equal(await stack(), "a");
  await page.evaluate(() => tt.switchTab({ url: "/pages/b/b" }));
  await page.getByText("page B").waitFor();
  await page.evaluate(() => tt.redirectTo({ url: "/pages/c/c" }));
  assert.equal(await stack(), "c");
  await page.evaluate(() => tt.reLaunch({ url: "/pages/a/a" }));
  assert.equal(await stack(), "a");

  await page.evaluate(async () => {
    await tt.navigateTo({ url: "/pages/c/c" });
    await tt.enableAlertBeforeUnload({ message: "Leave without saving?" });
  });
  const back = page.getByRole("button", { name: "Back" }).last();
  const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
  await back.click();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.equal(await stack(), "ac");
  await back.click();
  await dialog.getByRole("button", { name: "OK" }).click();
  await page.waitForFunction(() => getCurrentPages().length === 1);
  await page.evaluate(async () => {
    await tt.navigateTo({ url: "/pages/c/c" });
    await tt.enableAlertBeforeUnload({ message: "Leave without saving?" });
    await tt.disableAlertBeforeUnload();
  });
  await back.click();
  await page.waitForFunction(() => getCurrentPages().length === 1);
});

// effect: pageScrollTo startPullDownRefresh stopPullDownRefresh hideKeyboard hideLoading createSelectorQuery
// effect: createIntersectionObserver
test("a page scrolls, refreshes, is asked about and watched", async (t) => {
  const { page } = await open(t);
  const top = () =>
    page.evaluate(
      () =>
        new Promise((done) =>
          tt
            .createSelectorQuery()
            .select(".first")
            .boundingClientRect(({ top }) => done(top))
            .exec(),
        ),
    );
  const before = await top();
  await page.evaluate(() => {
    globalThis.crossed = [];
    tt.createIntersectionObserver({})
      .relativeToViewport()
      .observe(".last", ({ intersectionRatio }) => crossed.push(intersectionRatio > 0));
    return tt.pageScrollTo({ scrollTop: 3000, duration: 0 });
  });
  await page.waitForFunction(() => crossed.at(-1) === true);
  assert.ok((await top()) < before - 500);
  await page.evaluate(() => tt.pageScrollTo({ scrollTop: 0, duration: 0 }));
  await page.waitForFunction(() => crossed.at(-1) === false);

  await page.evaluate(() => tt.startPullDownRefresh());
  await page.getByText("pulled 1").waitFor();
  const down = await page.getByText("pulled 1").boundingBox();
  await page.evaluate(() => tt.stopPullDownRefresh());
  await page.waitForFunction(
    (y) =>
      [...document.querySelectorAll(".first, [class*=first]")].some(
        (view) => view.getBoundingClientRect().y < y - 10,
      ),
    down.y,
  );

  await page.getByPlaceholder("type here").click();
  assert.equal(await page.evaluate(() => document.activeElement.matches("body")), false);
  await page.evaluate(() => tt.hideKeyboard());
  assert.equal(await page.evaluate(() => document.activeElement.matches("body")), true);
  await page.evaluate(() => tt.showLoading({ title: "wait" }));
  await page.getByRole("status").filter({ hasText: "wait" }).waitFor();
  await page.evaluate(() => tt.hideLoading());
  await page.getByRole("status").waitFor({ state: "detached" });
});

// effect: getSystemInfo getSystemInfoSync getDeviceInfoSync getMenuButtonBoundingClientRect getMenuButtonLayout
// effect: getCustomButtonBoundingClientRect matchMedia canIPutStuffOverComponent setScreenBrightness getScreenBrightness
// effect: setKeepScreenOn vibrateLong vibrateShort setClipboardData getClipboardData
test("a phone says what it is, and does what a phone does", async (t) => {
  const { page } = await open(t);
  const { all, sync, device } = await page.evaluate(async () => ({
    all: await tt.getSystemInfo(),
    sync: tt.getSystemInfoSync(),
    device: tt.getDeviceInfoSync(),
  }));
  assert.deepEqual({ ...all, errMsg: undefined }, { ...sync, errMsg: undefined });
  assert.deepEqual([sync.screenWidth, sync.screenHeight, device.model], [390, 844, sync.model]);
  const rects = await page.evaluate(() => [
    tt.getMenuButtonBoundingClientRect(),
    tt.getMenuButtonLayout(),
    tt.getCustomButtonBoundingClientRect().capsule,
  ]);
  const capsule = await page.locator("phone-capsule").boundingBox();
  for (const { left, top, width, height } of rects)
    assert.deepEqual({ x: left, y: top, width, height }, capsule);
  // Whatever may lie over a component does here, as `cover-view` shows.
  assert.equal(await page.evaluate(() => tt.canIPutStuffOverComponent("video")), true);

  const media = await page.evaluate(() => {
    const changes = [];
    const dark = tt.matchMedia("(prefers-color-scheme: dark)");
    dark.addListener(({ matches }) => changes.push(matches));
    const before = dark.matches;
    phone.apply({ theme: "dark" });
    return [
      before,
      dark.matches,
      changes,
      tt.matchMedia("(min-width: 300px) and (max-width: 500px)").matches,
    ];
  });
  assert.deepEqual(media, [false, true, [true], true]);

  await page.evaluate(() => tt.setScreenBrightness({ value: 0.2 }));
  assert.equal((await page.evaluate(() => tt.getScreenBrightness())).value, 0.2);
  assert.match(
    await page.locator("phone-screen").evaluate((screen) => screen.style.filter),
    /brightness\(0\.4/,
  );
  const locks = await page.evaluate(async () => {
    const locks = [];
    navigator.wakeLock.request = async (kind) => {
      locks.push(kind);
      return { release: async () => locks.push("released") };
    };
    await tt.setKeepScreenOn({ keepScreenOn: true });
    await tt.setKeepScreenOn({ keepScreenOn: false });
    await new Promise((done) => setTimeout(done));
    return locks;
  });
  assert.deepEqual(locks, ["screen", "released"]);
  const shaken = await page.evaluate(async () => {
    const times = [];
    navigator.vibrate = (time) => times.push(time);
    await tt.vibrateLong();
    await tt.vibrateShort();
    return times;
  });
  assert.deepEqual(shaken, [400, 15]);
  await page.evaluate(() => tt.setClipboardData({ data: "copied" }));
  assert.equal((await page.evaluate(() => tt.getClipboardData())).data, "copied");
});

// effect: arrayBufferToBase64 base64ToArrayBuffer nextTick getRandomValues env performance getPerformance
// effect: clearStorage removeStorage getStorageInfo saveFile getSavedFileList removeSavedFile createOffscreenCanvas
test("bytes, time, files and storage", async (t) => {
  const { page } = await open(t);
  const seen = await page.evaluate(async () => {
    const bytes = tt.base64ToArrayBuffer("AQID");
    const order = [];
    const ticked = new Promise((done) => tt.nextTick(() => done(order.push("tick"))));
    order.push("now");
    await ticked;
    const random = (await tt.getRandomValues({ length: 16 })).randomValues;
    tt.performance.mark("half way");
    for (const key of ["a", "b", "c"]) tt.setStorageSync(key, key);
    await tt.removeStorage({ key: "a" });
    const { keys } = await tt.getStorageInfo();
    await tt.clearStorage();
    const files = tt.getFileSystemManager();
    files.writeFileSync(`${tt.env.USER_DATA_PATH}/kept.txt`, "kept");
    const { savedFilePath } = await tt.saveFile({ tempFilePath: `${tt.env.USER_DATA_PATH}/kept.txt` });
    const listed = (await tt.getSavedFileList()).fileList.map(({ filePath }) => filePath);
    await tt.removeSavedFile({ filePath: savedFilePath });
    const canvas = tt.createOffscreenCanvas();
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#010203";
    pen.fillRect(0, 0, 9, 9);
    return {
      bytes: [...new Uint8Array(bytes)],
      text: tt.arrayBufferToBase64(bytes),
      order,
      random: [random.byteLength, new Set(new Uint8Array(random)).size > 4],
      marks: [tt.performance, tt.getPerformance()].map((each) => each.getEntriesByName("half way").length),
      keys,
      left: tt.getStorageInfoSync().keys,
      listed: listed.includes(savedFilePath),
      after: (await tt.getSavedFileList()).fileList.length,
      pixel: [...pen.getImageData(3, 3, 1, 1).data],
    };
  });
  assert.deepEqual(seen, {
    bytes: [1, 2, 3],
    text: "AQID",
    order: ["now", "tick"],
    random: [16, true],
    marks: [1, 1],
    keys: ["b", "c"],
    left: [],
    listed: true,
    after: 0,
    pixel: [1, 2, 3, 255],
  });
});

test("what there is no camera of effects for is told to onError as the platform tells it", async (t) => {
  const { page } = await open(t);
  const told = await page.evaluate(
    () =>
      new Promise((done) => {
        const stream = tt.createEffectCameraStream();
        stream.onError(({ type, errMsg }) => done([type, errMsg]));
        stream.request({ orientation: "front" });
      }),
  );
  assert.deepEqual(told, [
    "request",
    "createEffectCameraStream:fail not supported in simulator: Douyin's effects are not for browsers",
  ]);
});

// effect: previewImage saveImageToPhotosAlbum saveVideoToPhotosAlbum chooseMedia chooseVideo preloadVideo prerenderVideo
// effect: createMediaRecorder createLivePlayerContext getBackgroundAudioManager getUserProfile
test("pictures, videos and sound are shown, chosen, kept and recorded", async (t) => {
  const { page } = await open(t);
  await page.evaluate(async () => {
    phone.apply({ permissions: { "scope.album": "granted" } });
    const blob = await new Promise((done) => document.createElement("canvas").toBlob(done));
    tt.getFileSystemManager().writeFileSync("ttfile://user/picture.png", await blob.arrayBuffer());
    tt.getFileSystemManager().writeFileSync("ttfile://user/film.mp4", "film");
    await tt.previewImage({ urls: ["ttfile://user/picture.png"] });
  });
  await page.getByRole("dialog").getByRole("img", { name: "Picture 1 of 1" }).waitFor();
  await page.getByRole("button", { name: "Close" }).last().click();
  for (const [name, filePath] of [
    ["saveImageToPhotosAlbum", "ttfile://user/picture.png"],
    ["saveVideoToPhotosAlbum", "ttfile://user/film.mp4"],
  ]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.evaluate(([name, filePath]) => tt[name]({ filePath }), [name, filePath]),
    ]);
    assert.equal(download.suggestedFilename(), filePath.split("/").at(-1));
  }
  for (const name of ["chooseMedia", "chooseVideo"]) {
    const chosen = page.evaluate(
      (name) =>
        tt[name]({ count: 1 }).then(({ tempFilePath, tempFiles }) => {
          const path = tempFilePath ?? tempFiles[0].tempFilePath;
          return tt.getFileSystemManager().readFileSync(path, "utf8");
        }),
      name,
    );
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "From the album" }).click(),
    ]);
    await chooser.setFiles({ name: "mine.mp4", mimeType: "video/mp4", buffer: Buffer.from("my film") });
    assert.equal(await chosen, "my film");
  }
  const [asked] = await Promise.all([
    page.waitForRequest((request) => request.url().endsWith("/app/file/film.mp4")),
    page.evaluate(() => void tt.preloadVideo({ src: "/film.mp4", complete: () => {} })),
  ]);
  assert.equal(asked.method(), "GET");
  await Promise.all([
    page.waitForRequest((request) => request.url().endsWith("/app/file/rendered.mp4")),
    page.evaluate(() => tt.prerenderVideo({ src: "/rendered.mp4" })),
  ]);
  const aborted = await page.evaluate(
    () =>
      new Promise((fail) =>
        tt.preloadVideo({ src: "/another.mp4", fail: ({ errMsg }) => fail(errMsg) }).abort(),
      ),
  );
  assert.equal(aborted, "preloadVideo:fail abort");

  const recorded = await page.evaluate(async () => {
    const canvas = document.createElement("canvas");
    const pen = canvas.getContext("2d");
    const recorder = tt.createMediaRecorder(canvas, {});
    const stopped = new Promise((done) => recorder.onStop(done));
    // A recording starts with the first frame that is drawn.
    let frames = 0;
    recorder.onStart(() => (frames = 1));
    recorder.start();
    for (let x = 0; frames < 10; x += 1) {
      if (frames > 0) frames += 1;
      pen.fillRect(x % 300, 0, 9, 99);
      recorder.requestFrame();
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    const { filePath } = await stopped;
    return tt.getFileSystemManager().statSync(filePath).size;
  });
  assert.ok(recorded > 0);

  await page.evaluate(() => tt.navigateTo({ url: "/pages/c/c" }));
  await page.locator("tt-live-player video").waitFor({ state: "attached" });
  const muted = () => page.evaluate(() => document.querySelector("tt-live-player video").muted);
  await page.evaluate(() => tt.createLivePlayerContext("live").mute());
  assert.equal(await muted(), true);
  await page.evaluate(() => tt.createLivePlayerContext("live").unmute());
  assert.equal(await muted(), false);

  // The buttons of the browser for what plays.
  const played = await page.evaluate(async () => {
    const actions = {};
    navigator.mediaSession.setActionHandler = (action, handler) => void (actions[action] = handler);
    const manager = tt.getBackgroundAudioManager();
    const heard = [];
    manager.onNext(() => heard.push("next"));
    manager.onPrev(() => heard.push("previous"));
    actions.nexttrack();
    actions.previoustrack();
    manager.offNext();
    return [heard, actions.nexttrack, manager === tt.getBackgroundAudioManager()];
  });
  assert.deepEqual(played, [["next", "previous"], null, true]);

  const profile = page.evaluate(() => tt.getUserProfile().then(({ userInfo }) => userInfo.nickName));
  await page.getByRole("button", { name: "Allow" }).click();
  assert.equal(await profile, await page.evaluate(() => phone.settings.user.nickName));
});

// effect: showShareMenu hideShareMenu
test("the menu shares a page as its card, unless the page hides that", async (t) => {
  const { page } = await open(t);
  const more = page.getByRole("button", { name: "More" });
  const share = page.getByRole("button", { name: "Share", exact: true });
  await more.click();
  await share.click();
  const card = page.getByRole("dialog", { name: "A card" });
  await card.getByText("of page A").waitFor();
  await card.getByText("/pages/a/a?from=card").waitFor();
  await card.getByRole("button", { name: "Share" }).click();
  await page.evaluate(() => tt.hideShareMenu());
  await more.click();
  const cancel = page.getByRole("button", { name: "Cancel" });
  await cancel.waitFor();
  assert.equal(await share.count(), 0);
  await cancel.click();
  await page.evaluate(() => tt.showShareMenu());
  await more.click();
  await share.waitFor();
});

// effect: getUpdateManager
test("an update that the desk plays is told of, and the app starts anew with it", async (t) => {
  const { page } = await open(t);
  const told = await page.evaluate(async () => {
    globalThis.old = true;
    const told = [];
    const updates = tt.getUpdateManager();
    updates.onUpdateReady(() => told.push("ready"));
    updates.onUpdateFailed(() => told.push("failed"));
    await new Promise((done) => updates.onCheckForUpdate(({ hasUpdate }) => done(told.push(hasUpdate))));
    phone.update(false);
    phone.update(true);
    return told;
  });
  assert.deepEqual(told, [false, "failed", "ready"]);
  await page.evaluate(() => void tt.getUpdateManager().applyUpdate());
  await page.waitForFunction(() => !globalThis.old && globalThis.getCurrentPages?.().length > 0);
});

// effect: createCameraContext
test("a camera takes a picture", async (t) => {
  const { page } = await open(t, "pages/d/d");
  await page.evaluate(() => phone.apply({ permissions: { "scope.camera": "granted" } }));
  await page.waitForFunction(() => document.querySelector("tt-camera video")?.videoWidth > 0);
  const size = await page.evaluate(
    () =>
      new Promise((success, fail) =>
        tt.createCameraContext().takePhoto({
          success: ({ tempImagePath }) => success(tt.getFileSystemManager().statSync(tempImagePath).size),
          fail: ({ errMsg }) => fail(new Error(errMsg)),
        }),
      ),
  );
  assert.ok(size > 0);
});

// effect: createRtcRoomContext
test("two phones meet in a room", async (t) => {
  const phones = [await open(t), await open({ name: "the other", after: (hook) => t.after(hook) })];
  const join = (page, userId) =>
    page.evaluate(
      (userId) =>
        new Promise((success, fail) => {
          globalThis.members = [];
          globalThis.rtc = tt.createRtcRoomContext({ appId: "123456789012345678901234" });
          rtc.onRtcChatMembersChanged(({ userIdList }) => (members = userIdList));
          rtc.joinRtcRoom({
            roomId: "names",
            userId,
            token: "any",
            success,
            fail: ({ errMsg }) => fail(new Error(errMsg)),
          });
        }),
      userId,
    );
  await Promise.all(phones.map(({ page }, index) => join(page, `user${index}`)));
  for (const { page } of phones)
    await page.waitForFunction(() => [...members].sort().join() === "user0,user1");
});

// effect: canvasGetImageData canvasPutImageData
test("the pixels of a canvas are read and written", async (t) => {
  const { page } = await open(t, "pages/b/b");
  await page.locator("tt-canvas canvas").waitFor();
  const data = await page.evaluate(async () => {
    const area = { canvasId: "board", x: 3, y: 4, width: 1, height: 1 };
    await tt.canvasPutImageData({ ...area, data: [1, 2, 3, 255] });
    return [...(await tt.canvasGetImageData(area)).data];
  });
  assert.deepEqual(data, [1, 2, 3, 255]);
});

test("functions work unbound and promisified, with getters that throw, and check what they are given", async (t) => {
  const { page, errors } = await open(t);
  const said = await page.evaluate(async () => {
    const promisify = (call) => (options) =>
      new Promise((success, fail) => void call({ ...options, success, fail }));
    const { setStorage, getStorageSync, getSystemInfoSync, showToast } = tt;
    await promisify(setStorage)({ key: "a", data: 1 });
    const message = ({ errMsg }) => errMsg;
    const called = [];
    await new Promise((complete) =>
      showToast({ fail: (error) => called.push(["fail", error.errMsg, error.errNo]), complete }),
    );
    const trap = (name) =>
      Object.defineProperty({ key: "a" }, name, {
        get: () => {
          throw new Error(`no ${name}`);
        },
        enumerable: true,
      });
    return {
      stored: getStorageSync("a"),
      width: getSystemInfoSync().screenWidth,
      wrong: await promisify(showToast)({ title: 7 }).catch(message),
      called,
      parameter: await tt.getStorage(trap("key")).catch(message),
      callback: await tt.getStorage(trap("success")).then(message),
      nothing: await tt.getStorage(null).catch(message),
      list: await tt.compressImage({ src: 5 }).catch(message),
      thrown: [() => tt.base64ToArrayBuffer(null), () => tt.nextTick("x"), () => tt.createWorker({})].map(
        (act) => {
          try {
            return act();
          } catch ({ errMsg, errNo }) {
            return [errMsg, errNo];
          }
        },
      ),
      canvas: tt.createOffscreenCanvas(null).width,
      contexts: [undefined, "x"].map((type) => tt.createOffscreenCanvas().getContext(type)),
      pixels: tt.createOffscreenCanvas({ width: 2, height: 3 }).createImageData().data.length,
    };
  });
  assert.deepEqual(said, {
    stored: 1,
    width: 390,
    wrong: "showToast:fail params.title should be string, but got 7",
    called: [["fail", "showToast:fail params.title should be string, but got undefined", 20000]],
    parameter: "getStorage:fail no key",
    callback: "getStorage:ok",
    nothing: "getStorage:fail params.key should be string, but got undefined",
    list: "compressImage:fail params.src should be string|array, but got 5",
    thrown: [
      ["base64ToArrayBuffer:fail params.base64 should be string, but got null", 20000],
      ["nextTick:fail params.callback should be function, but got x", 20000],
      ["createWorker:fail params.scriptPath should be string, but got object", 20000],
    ],
    canvas: 300,
    contexts: [null, null],
    pixels: 24,
  });
  assert.deepEqual(errors, []);
});

test("the desk plays an update and a lack of memory", async (t) => {
  const context = await browser.newContext({ viewport: { width: 1500, height: 900 }, locale: "en" });
  t.after(() => context.close());
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  await page.goto(`${simulator.url}?phones=1`);
  const frame = await (await page.waitForSelector("iframe.phone")).contentFrame();
  await frame.waitForFunction(() => globalThis.getCurrentPages?.().length > 0);
  await frame.evaluate(() => {
    globalThis.heard = [];
    tt.onMemoryWarning(({ level }) => heard.push(level));
    tt.getUpdateManager().onUpdateReady(() => heard.push("ready"));
    tt.getUpdateManager().onUpdateFailed(() => heard.push("failed"));
  });
  await page.getByRole("button", { name: "All phones" }).click();
  for (const name of ["Low memory", "Update fails", "Update ready"])
    await page.getByRole("button", { name, exact: true }).click();
  assert.deepEqual(await frame.evaluate(() => heard), [10, "failed", "ready"]);
});
