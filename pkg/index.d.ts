/**
 * tt-rtc: Douyin's `tt.createRtcRoomContext` and `<rtc-room>` in any browser, over WebRTC.
 *
 * Names, parameters and numbers are the platform's. What is marked *ours* the platform has not,
 * or does not publish; a page that must also run in the Douyin app should not depend on it.
 * `since` is the base library that brought a method to the platform.
 */

export type { RtcRoomAttributes } from "./elements.js";

// ---------------------------------------------------------------------------------------------
// The package
// ---------------------------------------------------------------------------------------------

/** Where a wasm is, or what it is. */
export type InitInput = string | URL | Request | Response | BufferSource | WebAssembly.Module;

/**
 * Loads the library, whose wasm is in a module of the package. Every other function of this package needs it
 * to have finished. Calls share one load, so a second one is free; after a failure the next call tries again.
 *
 * @throws (rejects with) an `Error` with the reason, such as a policy or a browser without WebAssembly.
 */
export default function init(): Promise<void>;

/** The version of this package. */
export const version: string;

/**
 * Gives `target` its `tt.createRtcRoomContext` and the page its `<rtc-room>`.
 *
 * `target.tt` is made if it is missing and kept if it is there; of it only `createRtcRoomContext`
 * is set. The element is registered once for the page. A second call with the same `target`
 * configures the engines made after it; engines that exist go on as they were.
 *
 * @returns `target.tt`.
 * @throws `Error` before {@link init} has finished, `TypeError` for an option of a wrong type, for an
 *   ICE server that the browser refuses, and for a `tt` that is frozen. `localSignaling` is looked at
 *   when it is loaded; what is wrong with it fails the join (21102).
 */
export function install(options?: InstallOptions): Tt;

/**
 * A context for the *other* platforms a mini-program talks to: the same as
 * `tt.createRtcRoomContext`, and it can share a screen and answers with promises. A mini-program itself can only receive
 * screens. It takes the options of {@link install}; one that is left out is that of the `install` for
 * the page itself (without a `target`), if there was one. *Ours.*
 */
export function createWebRoomContext(options: WebRoomContextOptions): WebRoomContext;

/**
 * The peer connections behind `context`: for `getStats()`, for tools and for tests. Empty outside
 * a room and for a context that was destroyed. They belong to the library: look, do not change.
 * *Ours.*
 */
export function connections(context: RtcRoomContext): PeerConnectionInfo[];

/** One of {@link connections}. */
export interface PeerConnectionInfo {
  /** The user at the other end. */
  userId: string;
  connection: RTCPeerConnection;
  /** What carries which source, once both sides know of it; each source in both directions. */
  transceivers: {
    microphone?: RTCRtpTransceiver;
    camera?: RTCRtpTransceiver;
    screen?: RTCRtpTransceiver;
    screenAudio?: RTCRtpTransceiver;
  };
}

/**
 * Leaves the room and frees the engine behind `context`: capture, connections, listeners, memory.
 * Every handle on that engine is dead from then on: its methods fail with `errorCode` 115910, and
 * its events are never raised again. The next `createRtcRoomContext` with that `appId` makes a new
 * engine. A second `destroy` does nothing. *Ours:* the platform destroys engines when the
 * mini-program exits.
 */
export function destroy(context: RtcRoomContext): void;

/**
 * Calls `callback` with each input and output of every engine of the page; without a function it ends.
 * Begin before the context is made, and keep the entries of one `engine` in their order: then the call
 * can be replayed in a native test of tt-rtc (`crates/room/tests/replay.rs`). *Ours.*
 *
 * Tokens and TURN passwords are replaced by `"redacted"`. What is left is confidential, too: network
 * addresses, ids, and the `secret` of the session, with which somebody could take its place until it
 * has ended.
 */
export function trace(callback?: (entry: TraceEntry) => void): void;

/** What happened to one engine. *Ours;* what is in it may be different in each version. */
export type TraceEntry = {
  /** Which engine, from 1 on. */
  engine: number;
  /** When, in milliseconds of `performance.now()`. */
  at: number;
} & ({ start: { version: string; app: string; seed: number } } | { input: unknown } | { output: unknown });

/** What {@link install} can be told; everything may be left out. */
export interface InstallOptions extends EngineOptions {
  /** The object that gets `tt`. Default: `globalThis`. */
  target?: object | undefined;
  /**
   * Whether state events with `errNo` 0 tell how one is connected; see {@link RtcStateEvent}. The
   * platform has no such events. Contexts of {@link createWebRoomContext} always have them.
   * Default: `false`.
   */
  connectionEvents?: boolean | undefined;
}

/** What {@link createWebRoomContext} can be told. */
export interface WebRoomContextOptions extends RtcRoomContextOptions, EngineOptions {}

/** What an engine can be told; everything may be left out. */
export interface EngineOptions {
  /**
   * What the console has of all engines of the page: `"warn"`, the default, what went wrong; `"info"`,
   * also calls, events, devices and the connection to the server; `"debug"`, all that {@link trace}
   * tells.
   */
  log?: "warn" | "info" | "debug" | undefined;
  /**
   * How participants find each other. `"local"`, the default: tabs and frames of one origin in one
   * browser, without a server. A `wss://` or `ws://` address: a tt-rtc signaling server. A page
   * from https can reach only a `wss://` one, unless it is on the same machine. `room=` is added to
   * its query, with a hash of app and room, for proxies in front of several servers.
   */
  signaling?: "local" | (string & {}) | undefined;
  /**
   * `tt-rtc/slim` alone: where the wasm of local signaling is or what it is, or a promise of that. It is loaded
   * only for `signaling: "local"`, when a context is made. Default: the one that is in a module of the package.
   */
  localSignaling?: InitInput | PromiseLike<InitInput> | undefined;
  /**
   * STUN and TURN servers, added to those the signaling server hands out. {@link install} asks the
   * browser about each and throws what it finds wrong. Default: none.
   */
  iceServers?: RTCIceServer[] | undefined;
  /**
   * `"relay"`: media goes through TURN servers only, so that no participant learns another's
   * address. Default: `"all"`.
   */
  iceTransportPolicy?: RTCIceTransportPolicy | undefined;
  /**
   * Where cameras, microphones and screens come from. Default: `navigator.mediaDevices`. A
   * stand-in needs only the methods that are used, which makes tests and virtual cameras easy.
   */
  mediaDevices?: MediaDevicesLike | undefined;
  /**
   * App keys by `appId`, for tests and for use without a server: with a key, a join needs a valid
   * AccessToken. Only for `signaling: "local"`; whoever can read the page can read the keys.
   * The tab that runs the hub checks with its own keys, so give all pages of an origin the same.
   * Default: none, every token is accepted.
   */
  appKeys?: Readonly<Record<string, string>> | undefined;
  /**
   * What the privileges of tokens are for, where there are `appKeys`. `"enforce"`, the default:
   * publishing and subscribing need theirs. `"ignore"`: a valid token is enough, as on the platform for
   * apps that have not applied for the control of privileges. The tab that runs the hub decides.
   */
  privileges?: "enforce" | "ignore" | undefined;
}

/** What of the W3C's `MediaDevices` tt-rtc uses. `navigator.mediaDevices` is one. */
export interface MediaDevicesLike {
  /** Opens a camera or a microphone. */
  getUserMedia(constraints?: MediaStreamConstraints): Promise<MediaStream>;
  /** Opens a screen. Without it, `changeScreenCapture` fails. */
  getDisplayMedia?(options?: DisplayMediaStreamOptions): Promise<MediaStream>;
  /** Lists devices. Without it, front and back camera are told apart by `facingMode` alone. */
  enumerateDevices?(): Promise<MediaDeviceInfo[]>;
  /**
   * What says whether a device opens without a prompt, as `navigator.permissions`: a device that
   * ended is acquired again only then. Without it, a stand-in is taken to ask nobody.
   */
  permissions?: { query(descriptor: { name: string }): Promise<{ state: string }> };
  /** Listens for `devicechange`, by which a lost device is noticed to be back. */
  addEventListener?(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** The counterpart of `addEventListener`. */
  removeEventListener?(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

/** The part of the platform's global `tt` that tt-rtc provides. */
export interface Tt {
  /**
   * Makes a context, or another handle on the engine of that `appId` if there is one. Different
   * `appId`s never meet. The object form is the platform's; the bare string is that of its older
   * typings. Since 2.42.0.
   *
   * @throws an `Error` with the fields of an {@link RtcError} (`errNo` 20000) when `appId` is not
   *   a string of at most 128 of `a–z A–Z 0–9 @ . _ -`.
   */
  createRtcRoomContext(options: RtcRoomContextOptions | string): RtcRoomContext;
}

/** Options of `createRtcRoomContext`. */
export interface RtcRoomContextOptions {
  /** The RTC AppId (not the mini-program's), 24 characters on the platform; may be empty. */
  appId: string;
}

// ---------------------------------------------------------------------------------------------
// Results
// ---------------------------------------------------------------------------------------------

/** The result of a call that did what it was asked to. */
export interface RtcResult {
  /** `"NAME:ok"`, where NAME is the method. */
  errMsg: string;
}

/** Whose matter an error is: `D` the page's, `U` the user's decision, `F` neither's (*ours*). */
export type RtcErrorType = "D" | "U" | "F";

/** The result of a call that failed. */
export interface RtcError {
  /** `"NAME:fail …"`, where NAME is the method. For people; do not parse it. */
  errMsg: string;
  /** The number of the error: the platform's, or one of ours from 29000 on. */
  errNo: number;
  /** The number in the platform's newer system, or one of ours from 900000 on. */
  errorCode: number;
  /** Whose matter it is. */
  errorType: RtcErrorType;
}

/**
 * How a call is answered. It returns at once; later, never during the call, exactly one of
 * `success` and `fail` runs, and then `complete`. A callback that throws harms nothing. A call
 * without callbacks that fails says so with one `console.warn`.
 *
 * Every call can fail with `errNo` 20000 (a parameter is missing or wrong) and with `errorCode`
 * 115910 (the engine was destroyed); each method lists what else.
 */
export interface RtcCallbacks {
  /** Runs when the call has taken effect. */
  success?: ((res: RtcResult) => void) | undefined;
  /** Runs when it could not. */
  fail?: ((err: RtcError) => void) | undefined;
  /** Runs after either. */
  complete?: ((res: RtcResult | RtcError) => void) | undefined;
}

// ---------------------------------------------------------------------------------------------
// Parameters
// ---------------------------------------------------------------------------------------------

/** 0: off. 1: on. */
export type SwitchState = 0 | 1;

/** Which part of a stream is meant. */
export type StreamType = "audio" | "video" | "both";

/** A camera, by the side of the phone it is on. */
export type CameraPosition = "front" | "back";

/** Where the voices of the others come out. */
export type AudioPlaybackDevice = "speakerphone" | "earpiece";

/** Options of `joinRtcRoom`. */
export interface JoinRtcRoomOptions extends RtcCallbacks {
  /** The room: 1 to 128 of `a–z A–Z 0–9 @ . _ -`; case matters. */
  roomId: string;
  /** Who joins, in the same alphabet; unique in the room. A later login replaces an earlier one. */
  userId: string;
  /** An AccessToken for this app, room and user. Where the app has no key, any string. */
  token: string;
  /** What happens by itself after the join. */
  roomConfig?: RoomConfig | undefined;
}

/** What happens by itself after a join. */
export interface RoomConfig {
  /** Send what is captured. Default `true`; `false`: only after `changeStreamPublishState`. */
  autoPublish?: boolean | undefined;
  /** Receive what the others send. Default `true`; `false`: only after the subscribe calls. */
  autoSubscribe?: boolean | undefined;
}

/** Options of `exitRtcRoom`. */
export interface ExitRtcRoomOptions extends RtcCallbacks {
  /** Has to be a string; whatever it says, the room one is in is left, as on a phone. */
  roomId: string;
}

/** Options of `changeAudioCapture`, `changeVideoCapture` and `changeScreenCapture`. */
export interface ChangeCaptureOptions extends RtcCallbacks {
  /** 1: start. 0: stop, which is answered at once, even while the browser asks its user. */
  state: SwitchState;
}

/** Options of `changeStreamPublishState`. */
export interface ChangeStreamPublishStateOptions extends RtcCallbacks {
  /** 1: publish. 0: stop publishing. */
  state: SwitchState;
  /** What of one's own stream. */
  streamType: StreamType;
}

/** Options of `changeStreamSubscribeState` and `changeScreenSubscribeState`. */
export interface ChangeSubscribeStateOptions extends RtcCallbacks {
  /** 1: receive. 0: do not. */
  state: SwitchState;
  /** Whose stream. */
  userId: string;
  /** What of it. */
  streamType: StreamType;
}

/** Options of `changeUserVisibility`. */
export interface ChangeUserVisibilityOptions extends RtcCallbacks {
  /** `false`: in nobody's list, and cannot publish; receives as before. */
  visible: boolean;
}

/** Options of `switchCamera`. */
export interface SwitchCameraOptions extends RtcCallbacks {
  /** The camera to use: a target, not a toggle. */
  camera: CameraPosition;
}

/** Options of `setVideoEncoderConfig`. */
export interface SetVideoEncoderConfigOptions extends RtcCallbacks {
  /**
   * The most that is sent; less is when the network or the size of the room asks for it. The
   * picture keeps its shape, upright or not, and nothing of it is cut off.
   */
  maxSolution: VideoSolution;
}

/** A size and a rate of video. */
export interface VideoSolution {
  /** Pixels; an integer from 1 to 4096. */
  width: number;
  /** Pixels; an integer from 1 to 4096. */
  height: number;
  /** Frames per second; an integer from 1 to 60. Left out: as it was. */
  frameRate?: number | undefined;
  /**
   * Highest bit rate in kbit/s; an integer up to 100 000. 0: the camera is not sent, and for the others
   * it is off. -1 or left out: as the size of the picture needs.
   */
  maxBitrate?: number | undefined;
}

/** Options of `setAudioPlaybackDevice`. */
export interface SetAudioPlaybackDeviceOptions extends RtcCallbacks {
  /**
   * Where the others are heard. It takes effect where there are both a loudspeaker and an earpiece,
   * and no headset, which keeps the audio; elsewhere the browser's own output is used.
   */
  device: AudioPlaybackDevice;
}

/** Options of `updateToken`. */
export interface UpdateTokenOptions extends RtcCallbacks {
  /** A new AccessToken for the same app, room and user. */
  token: string;
}

// ---------------------------------------------------------------------------------------------
// Events
// ---------------------------------------------------------------------------------------------

/**
 * A full list, not a change of it: user ids in the order they joined, one's own among them. An
 * event is raised only when its list has changed.
 */
export interface UserListEvent {
  /** The users the list is about. */
  userIdList: string[];
  /** Always 0. */
  errCode: number;
  /** Always `"ok"`. */
  errMsg: string;
}

/**
 * Something about the call has changed that no method call is the answer to.
 *
 * | errNo | |
 * |---|---|
 * | 21105 | the camera was lost in the call; it comes back by itself with the device, unless the user stopped it in the browser |
 * | 21106 | the microphone was lost in the call; likewise |
 * | 21108 | the token has expired; the user is out of the room |
 * | -1002 | the token does not allow publishing (native code) |
 * | -1003 | the token does not allow subscribing (native code) |
 * | -1080 | the room has as many publishers as it may have (native code) |
 * | 0 | no error: `data` tells how the user is connected; an addition of tt-rtc, only with the option
 *   `connectionEvents` and on web contexts |
 */
export interface RtcStateEvent {
  /** What has happened; see the table. */
  errNo: number;
  /** The same as `errNo`: the name of older typings. */
  code: number;
  /** The same as `errNo`: another name of older typings. */
  errCode: number;
  /** The same in words. */
  errMsg: string;
  /** How the user is connected, with `errNo` 0; else empty. */
  data: RtcConnectionData;
}

/** How a user is connected to the room and to the others in it; an addition of tt-rtc. */
export interface RtcConnectionData {
  /**
   * - `"connecting"`: on the way into a room
   * - `"connected"`: the server is there, and media flows
   * - `"reconnecting"`: the server is out of reach, or media flows no more; it comes back by itself
   * - `"disconnected"`: in no room
   */
  connection?: "disconnected" | "connecting" | "connected" | "reconnecting";
  /**
   * In a room: how media arrives. `"poor"`: many packets are lost, or they take more than half a
   * second for the way there and back; `"lost"`: it should arrive, and does not. Where it arrives
   * well from one of the others, the network of this user is good.
   */
  quality?: "good" | "poor" | "lost";
}

/**
 * The call has ended without the page having asked for it, and will not come back by itself.
 * A lost network is not such an end: calls are restored when it returns.
 *
 * | errNo | native code |
 * |---|---|
 * | -1000 | the token is not valid any more |
 * | -1004 | the same user has joined elsewhere |
 * | -1006 | removed by an administrator |
 * | -1009 | the token has expired |
 * | -1011 | the room was dissolved |
 * | -1084 | the server will not have the user back |
 */
export interface RtcInterruptedEvent {
  /** Why; see the table. */
  errNo: number;
  /** The same as `errNo`: the name of older typings. */
  errCode: number;
  /** The same in words. */
  errMsg: string;
}

/** Hears a list event. */
export type UserListListener = (res: UserListEvent) => void;
/** Hears state events. */
export type RtcStateListener = (res: RtcStateEvent) => void;
/** Hears that the call was interrupted. */
export type RtcInterruptedListener = (res: RtcInterruptedEvent) => void;
/** Hears that the token is about to expire. */
export type TokenWillExpireListener = () => void;

// ---------------------------------------------------------------------------------------------
// Contexts
// ---------------------------------------------------------------------------------------------

/**
 * One user's side of calls: the platform's RtcRoomContext.
 *
 * A plain object of bound functions: `const { joinRtcRoom } = context` and `{ ...context }` work.
 * Calls about one thing (the room, the camera, the microphone, the screen, one user's streams)
 * take effect in the order they were made; an open permission prompt holds up nothing else.
 *
 * An `on` method adds its listener once however often it is called with it. An `off` method
 * removes the listener it is given, or, *ours*, all of that event when it is given none.
 */
export interface RtcRoomContext {
  /**
   * Joins a room. Capture may be started before or after. `success` comes first, then the lists.
   *
   * Fails with 21100 while in a room or joining one, whatever the ids; 21101 for a token that is
   * not valid; 21102 when the room is full, cannot be had, or nobody answers within 10 s; 29009
   * when it was left meanwhile. Since 2.42.0 (`roomConfig` 2.68.0).
   */
  joinRtcRoom: (options: JoinRtcRoomOptions) => void;

  /**
   * Leaves the room one is in. Outside a room it succeeds, too. Capture goes on, and the context
   * can join again. Since 2.42.0.
   */
  exitRtcRoom: (options: ExitRtcRoomOptions) => void;

  /**
   * Starts or stops the microphone; in a room and out of it. To mute for a moment,
   * `changeStreamPublishState` is gentler.
   *
   * Fails with 10200 when the user refuses; 29001 without a microphone; 29002 when another
   * program holds it; 29003 on a page that is neither https nor localhost; 29004 otherwise.
   * Since 2.42.0 (`state` 2.68.0).
   */
  changeAudioCapture: (options: ChangeCaptureOptions) => void;

  /**
   * Starts or stops the camera; in a room and out of it. Fails as `changeAudioCapture`.
   * Since 2.68.0.
   */
  changeVideoCapture: (options: ChangeCaptureOptions) => void;

  /**
   * Publishes one's camera or microphone, or stops it; capture goes on. Counts when it is called
   * before the join, too, where it overrules `autoPublish`.
   *
   * Fails with 29006 while one is invisible, and with 29007 where the token forbids it.
   */
  changeStreamPublishState: (options: ChangeStreamPublishStateOptions) => void;

  /**
   * Receives camera or microphone of one user, or stops it. Fails with 29005 outside a room, and with
   * 29014 where the token forbids it.
   */
  changeStreamSubscribeState: (options: ChangeSubscribeStateOptions) => void;

  /**
   * Receives the shared screen of one user, or stops it. Fails as `changeStreamSubscribeState`.
   * Since 2.68.0.
   */
  changeScreenSubscribeState: (options: ChangeSubscribeStateOptions) => void;

  /**
   * Shows or hides the user, before a join or in a room; visible at first. To the others, hiding
   * looks like leaving. Fails with 29008 when a room has no place for one more visible user.
   * Since 2.68.0.
   */
  changeUserVisibility: (options: ChangeUserVisibilityOptions) => void;

  /**
   * Chooses the camera, at once while it captures and otherwise for the next start; the front one
   * at first. A wrong value has `errorCode` 172299; otherwise fails as `changeVideoCapture`.
   * Since 2.68.0.
   */
  switchCamera: (options: SwitchCameraOptions) => void;

  /** Limits the video one sends. Without it: 640 × 360 at 15 frames per second. */
  setVideoEncoderConfig: (options: SetVideoEncoderConfigOptions) => void;

  /**
   * Chooses where the others are heard; the loudspeaker at first. A browser that cannot choose
   * goes on with its own output, and the call succeeds.
   */
  setAudioPlaybackDevice: (options: SetAudioPlaybackDeviceOptions) => void;

  /**
   * Replaces the token before it expires. Fails with 21101 for one that is not valid, and with
   * 29005 outside a room. Since 2.68.0.
   */
  updateToken: (options: UpdateTokenOptions) => void;

  /**
   * A setting of the native SDK for the suppression of noise. A browser has none, so it always fails,
   * with 29013.
   */
  changeAnsMode: (options?: RtcCallbacks) => void;

  /** The visible members of the room have changed. */
  onRtcChatMembersChanged: (callback: UserListListener) => void;
  /** The counterpart of `onRtcChatMembersChanged`. */
  offRtcChatMembersChanged: (callback?: UserListListener) => void;

  /** Those whose camera is on have changed: who both capture and publish it. */
  onRtcVideoMembersChanged: (callback: UserListListener) => void;
  /** The counterpart of `onRtcVideoMembersChanged`. */
  offRtcVideoMembersChanged: (callback?: UserListListener) => void;

  /** Those whose microphone is on have changed: who both capture and publish it. */
  onRtcChatSpeakersChanged: (callback: UserListListener) => void;
  /** The counterpart of `onRtcChatSpeakersChanged`. */
  offRtcChatSpeakersChanged: (callback?: UserListListener) => void;

  /** Those who share their screen have changed. */
  onRtcPublishScreenMembersChanged: (callback: UserListListener) => void;
  /** The counterpart of `onRtcPublishScreenMembersChanged`. */
  offRtcPublishScreenMembersChanged: (callback?: UserListListener) => void;

  /** The state of the call has changed; see {@link RtcStateEvent}. The name the demos use. */
  onRtcStateChanged: (callback: RtcStateListener) => void;
  /** The counterpart of `onRtcStateChanged`. */
  offRtcStateChanged: (callback?: RtcStateListener) => void;

  /** The same event under the name of the platform's typings. */
  onRtcStateChange: (callback: RtcStateListener) => void;
  /** The counterpart of `onRtcStateChange`. */
  offRtcStateChange: (callback?: RtcStateListener) => void;

  /** The call has ended against the page's will; see {@link RtcInterruptedEvent}. */
  onRtcChatInterrupted: (callback: RtcInterruptedListener) => void;
  /** The counterpart of `onRtcChatInterrupted`. */
  offRtcChatInterrupted: (callback?: RtcInterruptedListener) => void;

  /** The token expires in 30 seconds; `updateToken` keeps the call. */
  onRoomTokenWillExpire: (callback: TokenWillExpireListener) => void;
  /** The counterpart of `onRoomTokenWillExpire`. */
  offRoomTokenWillExpire: (callback?: TokenWillExpireListener) => void;
}

/** A method of a web context: it answers with a promise where it is given no callback. *Ours.* */
export interface PromiseMethod<Options> {
  /** Rejects with an `Error` that has the fields of an {@link RtcError}. */
  (options: Options & { success?: undefined; fail?: undefined; complete?: undefined }): Promise<RtcResult>;
  (options: Options): void;
}

/** The methods of {@link RtcRoomContext}, each as a {@link PromiseMethod}. *Ours.* */
export type PromiseMethods = {
  [Name in keyof RtcRoomContext as Name extends `on${string}` | `off${string}` ? never : Name]: PromiseMethod<
    Parameters<RtcRoomContext[Name]>[0]
  >;
};

/**
 * A context that can share a screen, too, and whose methods answer with promises where they are given no
 * callback: `await context.joinRtcRoom({ … })`. See {@link createWebRoomContext}. *Ours.*
 */
export interface WebRoomContext extends Omit<RtcRoomContext, keyof PromiseMethods>, PromiseMethods {
  /**
   * Starts or stops sharing a screen. The browser asks the user which, and demands a click or a
   * key press just before. Sharing that the user ends in the browser's own bar ends here, too.
   *
   * Fails with 10200 when the user refuses, 29001 where there is no screen, 29003 on an insecure page,
   * 29004 otherwise.
   */
  changeScreenCapture: PromiseMethod<ChangeCaptureOptions>;
}

// ---------------------------------------------------------------------------------------------
// <rtc-room>
// ---------------------------------------------------------------------------------------------

/** `camera`: one's own camera. `video`: another's camera. `screen`: another's shared screen. */
export type RtcRoomMode = "camera" | "video" | "screen";

/** Why an `<rtc-room>` can show nothing. */
export interface RtcRoomErrorDetail {
  /**
   * 21200: not available in this browser. 21301: the mode is none of the three. 29012 (*ours*): the
   * browser refuses the connection to that user; it is tried again.
   */
  errNo: number;
  /** The same in words. */
  errMsg: string;
}

/**
 * `<rtc-room user-id="…" mode="…">`: one user's picture. It shows the picture whenever there is
 * one, in whatever order element, join and capture come about. CSS gives it its size; one's own
 * front camera is mirrored. It plays no sound: the others are heard without any element. Another user's
 * video is sent as large as it is shown, and not while the element is hidden or out of view.
 */
export interface HTMLRtcRoomElement extends HTMLElement {
  /** Whose picture; the attribute `user-id`, or `userId` as some pages write it. */
  userId: string;
  /** Which picture; the attribute `mode`. Default `camera`. */
  mode: RtcRoomMode;
  /**
   * The attribute `device-position`, which pages write after the platform's sample. It has no
   * effect: `switchCamera` chooses the camera. Default `front`.
   */
  devicePosition: CameraPosition;

  addEventListener(
    type: "error",
    listener: (this: HTMLRtcRoomElement, event: CustomEvent<RtcRoomErrorDetail>) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => void,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | AddEventListenerOptions,
  ): void;
  removeEventListener(
    type: "error",
    listener: (this: HTMLRtcRoomElement, event: CustomEvent<RtcRoomErrorDetail>) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener<K extends keyof HTMLElementEventMap>(
    type: K,
    listener: (this: HTMLElement, event: HTMLElementEventMap[K]) => void,
    options?: boolean | EventListenerOptions,
  ): void;
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject,
    options?: boolean | EventListenerOptions,
  ): void;
}

declare global {
  interface HTMLElementTagNameMap {
    "rtc-room": HTMLRtcRoomElement;
  }
}
