// Our declarations as they are used, and what they refuse.

import whole, {
  connections,
  createWebRoomContext,
  destroy,
  install,
  type InstallOptions,
  type RtcError,
  type RtcRoomContext,
  type Tt,
  type WebRoomContext,
  trace,
  version,
} from "tt-rtc";
import init from "tt-rtc/slim";

declare const ctx: RtcRoomContext;
declare const web: WebRoomContext;

// ---- loading and installing ----

export const loaded: Promise<void>[] = [
  whole(),
  init(),
  init("/tt_rtc_bg.wasm"),
  init(new URL("https://example.com/tt_rtc_bg.wasm")),
  init(fetch("/tt_rtc_bg.wasm")),
  init(new Uint8Array()),
];

export const installed: Tt = install();
export const everyOption: InstallOptions = {
  target: window,
  signaling: "wss://rtc.example.com/path",
  iceServers: [{ urls: "stun:stun.example.com" }],
  iceTransportPolicy: "relay",
  mediaDevices: navigator.mediaDevices,
  appKeys: { "123456781234567812345678": "key" },
  privileges: "ignore",
  log: "debug",
  connectionEvents: true,
};
export const other: WebRoomContext = createWebRoomContext({ appId: "a", signaling: "local", log: "info" });
// @ts-expect-error: it has no target
createWebRoomContext({ appId: "a", target: window });
trace((entry) => console.log(entry.engine, entry.at, "start" in entry ? entry.start.seed : entry));
trace();
export const released: string = version;
install({ mediaDevices: { getUserMedia: async () => new MediaStream() } });
install({ signaling: undefined });
install({ localSignaling: fetch("/tt_rtc_local_bg.wasm") });
const { address = "local" }: { address?: string } = {};
install({ signaling: address });
// @ts-expect-error: no getUserMedia
install({ mediaDevices: {} });
// @ts-expect-error: an appId is required
installed.createRtcRoomContext({});
// @ts-expect-error: the platform's context shares no screen
void installed.createRtcRoomContext({ appId: "a" }).changeScreenCapture;
// @ts-expect-error: the object form alone
createWebRoomContext("a");

export const reports: Promise<RTCStatsReport>[] = connections(web).map((it) => it.connection.getStats());
export const nothing: void = destroy(web);

// ---- methods ----

export const returned: void[] = [
  ctx.joinRtcRoom({ roomId: "r", userId: "u", token: "t", roomConfig: { autoSubscribe: false } }),
  ctx.exitRtcRoom({ roomId: "r" }),
  ctx.changeAudioCapture({ state: 0 }),
  ctx.changeVideoCapture({ state: 1 }),
  ctx.changeStreamPublishState({ state: 1, streamType: "both" }),
  ctx.changeStreamSubscribeState({ state: 0, userId: "u", streamType: "audio" }),
  ctx.changeScreenSubscribeState({ state: 1, userId: "u", streamType: "video" }),
  ctx.changeUserVisibility({ visible: false }),
  ctx.switchCamera({ camera: "back" }),
  ctx.setVideoEncoderConfig({ maxSolution: { width: 640, height: 360, frameRate: 24 } }),
  ctx.setVideoEncoderConfig({ maxSolution: { width: 640, height: 360 } }),
  ctx.setAudioPlaybackDevice({ device: "earpiece" }),
  ctx.updateToken({ token: "t" }),
  web.changeScreenCapture({ state: 1, fail() {} }),
];

export const promised: Promise<{ errMsg: string }>[] = [
  web.joinRtcRoom({ roomId: "r", userId: "u", token: "t" }),
  web.changeScreenCapture({ state: 0 }),
];
// @ts-expect-error: nothing to wait for beside a callback
export const called: Promise<unknown> = web.exitRtcRoom({ roomId: "r", success() {} });
// @ts-expect-error: the platform's context answers with callbacks alone
export const platforms: Promise<unknown> = ctx.exitRtcRoom({ roomId: "r" });

// @ts-expect-error: no userId
ctx.joinRtcRoom({ roomId: "r", token: "t" });
// @ts-expect-error: no token
ctx.joinRtcRoom({ roomId: "r", userId: "u" });
// @ts-expect-error: a flag, not a number
ctx.joinRtcRoom({ roomId: "r", userId: "u", token: "t", roomConfig: { autoPublish: 1 } });
// @ts-expect-error: no roomId
ctx.exitRtcRoom({});
// @ts-expect-error: no options
ctx.exitRtcRoom();
// @ts-expect-error: 0 or 1
ctx.changeAudioCapture({ state: 2 });
// @ts-expect-error: 0 or 1
ctx.changeVideoCapture({ state: true });
// @ts-expect-error: no state
ctx.changeVideoCapture({});
// @ts-expect-error: no streamType
ctx.changeStreamPublishState({ state: 1 });
// @ts-expect-error: no such part of a stream
ctx.changeStreamPublishState({ state: 1, streamType: "screen" });
// @ts-expect-error: no userId
ctx.changeStreamSubscribeState({ state: 1, streamType: "both" });
// @ts-expect-error: an id is a string
ctx.changeScreenSubscribeState({ state: 1, userId: 7, streamType: "both" });
// @ts-expect-error: a flag
ctx.changeUserVisibility({ visible: 0 });
// @ts-expect-error: front or back
ctx.switchCamera({ camera: "rear" });
// @ts-expect-error: no maxSolution
ctx.setVideoEncoderConfig({ width: 640, height: 360 });
// @ts-expect-error: no height
ctx.setVideoEncoderConfig({ maxSolution: { width: 640 } });
// @ts-expect-error: no such output
ctx.setAudioPlaybackDevice({ device: "headphones" });
// @ts-expect-error: no token
ctx.updateToken({});
// @ts-expect-error: nothing to wait for
ctx.changeAudioCapture({ state: 1 }).then();

// ---- results ----

ctx.joinRtcRoom({
  roomId: "r",
  userId: "u",
  token: "t",
  success: ({ errMsg }) => errMsg.toUpperCase(),
  fail: ({ errMsg, errNo, errorCode, errorType }: RtcError) =>
    errorType === "U" ? errMsg : errNo + errorCode,
  complete: (res) => ("errNo" in res ? res.errorType : res.errMsg),
});
ctx.updateToken({
  token: "t",
  // @ts-expect-error: a success has no number
  success: ({ errNo }) => errNo,
});
ctx.updateToken({
  token: "t",
  // @ts-expect-error: no such type
  fail: ({ errorType }) => errorType === "X",
});

// ---- events ----

type Suffix<Name> = Name extends `on${infer Rest}` ? Rest : never;
export type Events = Suffix<keyof RtcRoomContext>;

/** Every event has its on and its off, and both take the same listener. */
export const pairs: { [Event in Events]: Parameters<RtcRoomContext[`off${Event}`]> } = {} as unknown as {
  [Event in Events]: Parameters<RtcRoomContext[`on${Event}`]>;
};

const allEvents: Record<Events, true> = {
  RtcChatMembersChanged: true,
  RtcVideoMembersChanged: true,
  RtcChatSpeakersChanged: true,
  RtcPublishScreenMembersChanged: true,
  RtcStateChanged: true,
  RtcStateChange: true,
  RtcChatInterrupted: true,
  RoomTokenWillExpire: true,
};
void allEvents;

ctx.onRtcChatMembersChanged(({ userIdList, errCode, errMsg }) => [...userIdList, errCode, errMsg]);
ctx.onRtcStateChanged(({ errNo, errMsg, data }) => [errNo, errMsg, Object.keys(data)]);
ctx.onRtcChatInterrupted(({ errNo, errMsg }) => [errNo, errMsg]);
ctx.onRoomTokenWillExpire(() => ctx.updateToken({ token: "t" }));
ctx.offRoomTokenWillExpire();
// @ts-expect-error: a listener is required
ctx.onRtcChatMembersChanged();
// @ts-expect-error: no such field
ctx.onRtcChatSpeakersChanged(({ roomId }) => roomId);
// @ts-expect-error: it comes without a payload
ctx.onRoomTokenWillExpire((res: object) => res);

// ---- the context is a plain object ----

export const { joinRtcRoom, onRtcStateChange } = ctx;
export const copy: RtcRoomContext = { ...ctx };
export const narrower: RtcRoomContext = web;
// @ts-expect-error: a mini-program can only receive screens
export const wider: WebRoomContext = ctx;

// ---- <rtc-room> ----

const tile = document.createElement("rtc-room");
tile.userId = "u";
tile.mode = "screen";
tile.devicePosition = "back";
tile.addEventListener("error", (event) => `${event.detail.errNo} ${event.detail.errMsg}`);
tile.addEventListener("click", (event) => event.clientX);
tile.removeEventListener("custom", () => {});
document.querySelector("rtc-room")?.userId.trim();
document.body.append(tile);
// @ts-expect-error: no such mode
tile.mode = "audio";
// @ts-expect-error: an id is a string
tile.userId = 7;
