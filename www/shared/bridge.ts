/**
 * What the desk says to the pages in its frames, phones and web participants (*guests*), and they to
 * it: over a `MessagePort`, and in no other way. A phone runs somebody's code, so the desk believes
 * nothing of what comes from it: `desk/read.ts` checks each record and each answer.
 *
 * 1. A page in a frame makes a `MessageChannel` as it starts. It posts {@link HELLO} with one of the
 *    ports to the page around it: the server lets no page but the desk have it in a frame.
 * 2. The desk takes the port if the message comes from the window of one of its frames, and from
 *    the origin that this frame was made for. That window is what identifies the phone. The desk
 *    closes the port that it had from this frame before: the page was loaded anew.
 * 3. Both call functions of the other over the port (`channel.ts`), in order. The page first asks
 *    `start`. What the desk asks before the page can do it waits in the page.
 * 4. A page that is left says `bye`. What it has not answered is rejected then, or at the latest
 *    after the time that each request has.
 *
 * A page in the back/forward cache keeps its port. A phone that has no desk around it, or none that
 * answers within 10 s, takes its settings from its address.
 */
import type { Problem } from "./project";

/** Everything about a phone that its owner or its surroundings decide. */
export interface PhoneSettings {
  /** Names the phone; what a project keeps is kept under it and the name of the project. */
  id: string;
  user: { id: string; nickName: string; avatarUrl: string };
  device: Device;
  orientation: "portrait" | "landscape";
  theme: "light" | "dark";
  language: "en" | "zh_CN";
  /** Whether the app is in the foreground. */
  foreground: boolean;
  /** By scope (`scope.camera`): granted, refused, or asked for at first use. */
  permissions: Record<string, "granted" | "denied" | "prompt">;
  network: Network;
  camera: DeviceState;
  microphone: DeviceState;
  /** Whether camera and microphone are made: a moving picture with the user's name, a tone. */
  fakeDevices: boolean;
  location: { latitude: number; longitude: number; accuracy: number };
}
export interface Device {
  /** As in `getSystemInfo`. */
  brand: string;
  model: string;
  system: string;
  platform: "ios" | "android";
  /** In CSS pixels, upright. */
  width: number;
  height: number;
  pixelRatio: number;
  statusBarHeight: number;
  /** Height of the inset below, for the home indicator. */
  bottomInset: number;
}
export interface Network {
  type: "wifi" | "5g" | "4g" | "3g" | "2g" | "none";
  /** Whether the hub can be reached. `type: "none"` cuts everything, requests of the page included. */
  signaling: boolean;
  /** Whether sound and pictures get through. */
  media: boolean;
  /** Added to each way, in milliseconds. */
  delay: number;
  /** Part of the media packets lost, 0 to 1. */
  loss: number;
}
export type DeviceState = "ready" | "unplugged" | "busy";

/** What a page posts to the desk, with a port. */
export const HELLO = "tt-sim:hello";

/** What every page in a frame can call on the desk. */
interface DeskForPage<Settings> {
  /** What the page starts with. */
  start(): Settings;
  /** Values in the record are in the form of `shown.ts`: `sendable` makes it so. */
  report(record: PhoneRecord): void;
  /** The page is left. */
  bye(): void;
}
export interface DeskForPhone extends DeskForPage<PhoneSettings> {
  /** The phone does what it is asked from now on. */
  ready(): void;
}
export interface DeskForGuest extends DeskForPage<GuestSettings> {
  /** The rooms that phones are in. */
  rooms(): LiveRoom[];
  /** Who the guest is from now on. */
  name(user: string): void;
}

/** What the desk can call on a phone. Each is answered, at least with that it is done, or fails in words. */
export interface PhoneForDesk {
  /** Changes settings, deep in `network`, `user` and `permissions`. */
  apply(change: DeepPartial<PhoneSettings>): void;
  /** The page stack, bottom first; all `data` in the form of `shown.ts`. */
  pages(): PageState[];
  /** `setData` on a page of the stack, or on a component in it. */
  setData(page: number, component: string | null, change: Record<string, unknown>): void;
  /** What is stored, each value as JSON; `""` is `undefined`. */
  storage(): Record<string, string>;
  setStorage(key: string, value: unknown): void;
  /** `undefined` clears everything. */
  removeStorage(key?: string): void;
  /** Opens the page `PATH?QUERY`, as `tt.reLaunch` does. */
  open(url: string): void;
  back(): void;
  /** Starts the mini-program anew. */
  restart(): void;
  /** What the user does who captures the screen: `tt.onUserCaptureScreen`. */
  captureScreen(): void;
  /** What the system says that runs short of memory: `tt.onMemoryWarning`. */
  memoryWarning(level: 5 | 10 | 15): void;
  /** Plays that a new version was loaded, or failed to: `tt.getUpdateManager`. */
  update(works: boolean): void;
  callStats(): CallStats;
  /** Runs a script in the phone's window. Its value, or what it threw, is a record of the console. */
  evaluate(text: string): void;
}
/** What the desk can call on a guest. */
export interface GuestForDesk {
  /** They changed. */
  settings(settings: GuestSettings): void;
}

/** `window.phone` of a phone: what a test can do with it. The desk does the same over its port. */
export interface PhoneControl extends Omit<PhoneForDesk, "storage" | "callStats" | "evaluate"> {
  readonly settings: PhoneSettings;
  storage(): Record<string, unknown>;
  callStats(): Promise<CallStats>;
  /**
   * The elements on the page on top that a selector finds, as `createSelectorQuery` finds them: in the template of
   * the page; in that of a custom component, if `within` is its element; else in what is in `within`.
   */
  elements(selector: string, within?: HTMLElement): HTMLElement[];
  /** What an element is and holds: its tag, `data-` attributes, and properties. */
  describe(element: HTMLElement): {
    tag: string;
    dataset: Record<string, unknown>;
    properties: Record<string, unknown>;
  };
  /** An event of an element, as if its component had told it. */
  trigger(element: HTMLElement, type: string, detail?: unknown): void;
  /** Calls a method of a custom component. */
  callMethod(element: HTMLElement, name: string, ...args: unknown[]): unknown;
  /** What happened, oldest first; kept only where a program drives the browser. */
  records(): PhoneRecord[];
}
export interface PageState {
  route: string;
  query: Record<string, string>;
  data: Record<string, unknown>;
  /** Its custom components, in tree order; `id` names one for `setData`. */
  components: { id: string; name: string; data: Record<string, unknown> }[];
  /** Of the page and its components. */
  setData: SetDataCost;
}
/** What calls of `setData` cost since a page was opened. */
export interface SetDataCost {
  calls: number;
  /** As JSON in UTF-8, nearly. */
  bytes: number;
  /** Milliseconds of scripts, from the call to the elements; layout and painting come on top. */
  time: number;
}
/** The call as a phone sees it now. */
export interface CallStats {
  /** Rooms of different apps never meet. */
  appId?: string;
  /** Empty outside a room. */
  roomId: string;
  userId: string;
  /** The last lists it was told. */
  lists: { chat: string[]; video: string[]; speakers: string[]; screen: string[] };
  links: LinkStats[];
}
/** One direction of one medium between two users. Rates are over the time since the last call, null at the first. */
export interface LinkStats {
  peer: string;
  direction: "send" | "receive";
  source: "microphone" | "camera" | "screen" | "screenAudio";
  bitsPerSecond: number | null;
  framesPerSecond: number | null;
  width: number | null;
  height: number | null;
  /** 0 to 1. */
  loss: number | null;
  /** How loud it is, 0 to 1, of sound that is received (W3C webrtc-stats, `totalAudioEnergy`). */
  level: number | null;
  /** In milliseconds. */
  roundTrip: number | null;
}

/** What a guest's page goes by. */
export interface GuestSettings {
  /** Where calls meet: `local` or a WebSocket address. */
  signaling: string;
  /** Apps whose tokens the server can sign. */
  apps: readonly string[];
  fakeDevices: boolean;
  language: "en" | "zh";
  theme: "auto" | "light" | "dark";
}
/** A room that a guest can join. */
export interface LiveRoom {
  appId: string;
  roomId: string;
  members: string[];
}

/** Something that happened in a phone; `time` is `Date.now()`. */
export type PhoneRecord = { time: number } & (
  | {
      kind: "console";
      level: "debug" | "log" | "info" | "warn" | "error";
      values: unknown[];
      at: SourcePosition | null;
      places?: SourcePosition[];
    }
  | ({ kind: "error"; message: string; at: SourcePosition | null } & Stack)
  | { kind: "problem"; problem: Problem }
  /** What these came from was changed: they are told again if they are still there. */
  | { kind: "resolved"; problems: Problem[] }
  /** The page stack, or a page's data, changed ({@link PhoneForDesk.pages}). `route` is that of the page on top. */
  | { kind: "pages"; route: string }
  /** What is stored changed ({@link PhoneForDesk.storage}). */
  | { kind: "storage" }
  /** The user decided on, or a page changed, what {@link PhoneSettings} says. */
  | { kind: "settings"; change: DeepPartial<PhoneSettings> }
  | { kind: "request"; request: RequestRecord }
  /** A message of a socket; `id` is that of its request. */
  | { kind: "message"; id: number; message: SocketMessage }
  /** A call of the RTC API, and later what came of it (same `id`). */
  | {
      kind: "call";
      id: number;
      name: string;
      options: unknown;
      result: { ok: boolean; value: unknown } | null;
    }
  | { kind: "event"; name: string; payload: unknown }
  /** A call of any other `tt` function. */
  | { kind: "api"; name: string; options: unknown; result: { ok: boolean; value: unknown } }
  /** A peer connection or the connection to the hub changed state: what recovery did. */
  | { kind: "connection"; what: "signaling" | "peer"; peer: string; state: string }
);
/** A stack trace: its text, and the places of the project in it, as it names them and in that order. */
export interface Stack {
  stack: string;
  places?: SourcePosition[];
}
export interface SourcePosition {
  file: string;
  line: number;
  column: number;
  /** Where it is in a file of the project, if `file` is one that a source map names. */
  built?: SourcePosition;
}
/** Told when a request starts and again (same `id`) when it ends. */
export interface RequestRecord {
  id: number;
  /** What made it: a function of `tt`, or a component. */
  kind: "request" | "upload" | "download" | "socket" | "web-view" | "media";
  method: string;
  url: string;
  requestHeaders: Record<string, string>;
  requestBody: string;
  /** Null while it runs. */
  status: number | null;
  responseHeaders: Record<string, string | string[]>;
  responseBody: string;
  /** In milliseconds. */
  duration: number | null;
  /** Whether `--mock` answered. */
  mocked: boolean;
  error: string;
  /** How a socket ended. */
  close?: { code: number; reason: string };
}
export interface SocketMessage {
  from: "page" | "server";
  /** A text, or how many bytes there are. */
  data: string;
  time: number;
}
export type DeepPartial<T> = T extends (infer _)[]
  ? T
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> }
    : T;
