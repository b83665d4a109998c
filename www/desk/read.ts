/**
 * What a phone says, as far as it is what it should be. A phone runs somebody's code, which may say
 * anything in its name: nothing of it is run or put in as HTML, and all of it has a bounded size.
 */
import type {
  CallStats,
  DeepPartial,
  LinkStats,
  Network,
  PageState,
  PhoneRecord,
  PhoneSettings,
  RequestRecord,
  SocketMessage,
  SourcePosition,
} from "../shared/bridge";
import type { Problem } from "../shared/project";
import { decode } from "../shared/shown";
import {
  boolean,
  list,
  Malformed,
  nullable,
  number,
  object,
  oneOf,
  optional,
  partial,
  record,
  text,
  within,
  type Reader,
} from "./check";

/** Texts of errors and bodies of requests, in characters. */
const LONG = 300_000;
/** All that a phone stores, as JSON; its own limit is 10 MiB. */
const STORED = 12 * 1024 * 1024;

const name = text(1_000);
const position: Reader<SourcePosition> = (value) =>
  object<SourcePosition>({ file: name, line: number, column: number, built: optional(position) })(value);
const at = nullable(position);
const places = optional(list(position, 1_000));
const headers = record(text(), 1_000);
const deviceState = oneOf("ready", "unplugged", "busy");

const request = object<RequestRecord>({
  id: number,
  kind: oneOf("request", "upload", "download", "socket", "web-view", "media"),
  method: name,
  url: text(100_000),
  requestHeaders: headers,
  requestBody: text(LONG),
  status: nullable(number),
  responseHeaders: record(
    (value) => (Array.isArray(value) ? list(text(), 1_000)(value) : text()(value)),
    1_000,
  ),
  responseBody: text(LONG),
  duration: nullable(number),
  mocked: boolean,
  error: text(),
  close: optional(object({ code: number, reason: text() })),
});
const message = object<SocketMessage>({ from: oneOf("page", "server"), data: text(LONG), time: number });
const problem = object<Problem>({
  severity: oneOf("error", "warning"),
  file: name,
  line: number,
  column: number,
  excerpt: text(),
  excerptColumn: number,
  message: text(),
});
const result = object<{ ok: boolean; value: unknown }>({ ok: boolean, value: decode });

/** Decoded as one value, with the bounds of one. */
const values: Reader<unknown[]> = (value) => list((part) => part, 1_000)(decode(value));

/** Everything that a phone may change itself. Its `id` is the desk's. */
const change: Reader<DeepPartial<PhoneSettings>> = partial<Omit<PhoneSettings, "id">>({
  user: partial({ id: text(200), nickName: text(200), avatarUrl: text(100_000) }) as Reader<
    PhoneSettings["user"]
  >,
  device: partial({
    brand: name,
    model: name,
    system: name,
    platform: oneOf("ios", "android"),
    width: within(1, 10_000),
    height: within(1, 10_000),
    pixelRatio: within(0.1, 10),
    statusBarHeight: within(0, 1_000),
    bottomInset: within(0, 1_000),
  }) as Reader<PhoneSettings["device"]>,
  orientation: oneOf("portrait", "landscape"),
  theme: oneOf("light", "dark"),
  language: oneOf("en", "zh_CN"),
  foreground: boolean,
  permissions: record(oneOf("granted", "denied", "prompt"), 100),
  network: partial<Network>({
    type: oneOf("wifi", "5g", "4g", "3g", "2g", "none"),
    signaling: boolean,
    media: boolean,
    delay: within(0, 60_000),
    loss: within(0, 1),
  }) as Reader<Network>,
  camera: deviceState,
  microphone: deviceState,
  fakeDevices: boolean,
  location: partial({ latitude: within(-90, 90), longitude: within(-180, 180), accuracy: number }) as Reader<
    PhoneSettings["location"]
  >,
});

type Kind = PhoneRecord["kind"];
type Of<K extends Kind> = Omit<Extract<PhoneRecord, { kind: K }>, "kind" | "time">;

const RECORDS: { [K in Kind]: Reader<Of<K>> } = {
  console: object<Of<"console">>({
    level: oneOf("debug", "log", "info", "warn", "error"),
    values,
    at,
    places,
  }),
  error: object<Of<"error">>({ message: text(LONG), at, stack: text(LONG), places }),
  problem: object<Of<"problem">>({ problem }),
  resolved: object<Of<"resolved">>({ problems: list(problem, 10_000) }),
  pages: object<Of<"pages">>({ route: name }),
  storage: object<Of<"storage">>({}),
  settings: object<Of<"settings">>({ change }),
  request: object<Of<"request">>({ request }),
  message: object<Of<"message">>({ id: number, message }),
  call: object<Of<"call">>({ id: number, name, options: decode, result: nullable(result) }),
  event: object<Of<"event">>({ name, payload: decode }),
  api: object<Of<"api">>({ name, options: decode, result }),
  connection: object<Of<"connection">>({ what: oneOf("signaling", "peer"), peer: name, state: name }),
};

/** A record of a phone or a guest. */
export function readRecord(value: unknown): PhoneRecord {
  const { kind, time } = object<{ kind: string; time: number }>({ kind: name, time: number })(value);
  if (!Object.hasOwn(RECORDS, kind)) throw new Malformed("a record of no known kind");
  return { kind, time, ...RECORDS[kind as Kind](value) } as PhoneRecord;
}

const data = (value: unknown): Record<string, unknown> => {
  const shown = decode(value);
  if (typeof shown !== "object" || shown === null) throw new Malformed("data is not an object");
  return shown as Record<string, unknown>;
};

/** The answer to `pages`. */
export const readPages: Reader<PageState[]> = list(
  object<PageState>({
    route: name,
    query: record(text(), 1_000),
    data,
    components: list(object<PageState["components"][number]>({ id: name, name, data }), 2_000),
    setData: object<PageState["setData"]>({ calls: number, bytes: number, time: number }),
  }),
  100,
);

/** The answer to `storage`: the values themselves. */
export function readStorage(value: unknown): Record<string, unknown> {
  const texts = record(text(STORED), 100_000)(value);
  let left = STORED;
  return Object.fromEntries(
    Object.entries(texts).map(([key, json]) => {
      left -= key.length + json.length;
      if (left < 0) throw new Malformed("more is stored than a phone can keep");
      return [key, json === "" ? undefined : (JSON.parse(json) as unknown)];
    }),
  );
}

const users = list(name, 10_000);
/** The answer to `callStats`. */
export const readStats: Reader<CallStats> = object<CallStats>({
  appId: optional(name),
  roomId: name,
  userId: name,
  lists: object<CallStats["lists"]>({ chat: users, video: users, speakers: users, screen: users }),
  links: list(
    object<LinkStats>({
      peer: name,
      direction: oneOf("send", "receive"),
      source: oneOf("microphone", "camera", "screen", "screenAudio"),
      bitsPerSecond: nullable(number),
      framesPerSecond: nullable(number),
      width: nullable(number),
      height: nullable(number),
      loss: nullable(number),
      level: nullable(number),
      roundTrip: nullable(number),
    }),
    10_000,
  ),
});

/** A guest's name. */
export const readUser: Reader<string> = text(200);
