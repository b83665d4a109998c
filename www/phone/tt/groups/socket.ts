/**
 * `tt.connectSocket`. The development server opens the WebSocket (`socket.rs` of `crates/simulator`
 * has the protocol): headers are sent as the page gives them, and certificates and mixed content are
 * no matter. The desk is told of each as of a request, and of its messages.
 */
import type { RequestRecord, SocketMessage } from "../../../shared/bridge";
import { hasServer, withSecret } from "../../../shared/secret";
import { DirectSocket } from "../../direct";
import type { Phone } from "../../phone";
import { requestRecord } from "../../requests";
import { emitters, type Api } from "../api";
import { badParameter, Failure, networkError } from "../../failure";
import { address, jarOf, sendable, type ResponseHeaders } from "../../proxy";
import { TIMEOUT } from "./request";

const TYPES = { protocolType: "websocket", socketType: "tradition" };
const STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 };
/** How many an app may have at once. */
const MOST = 5;
/** Of a close frame's reason, in bytes: RFC 6455 5.5. */
const LONGEST_REASON = 123;
/** The desk is shown this many characters of a message. */
const SHOWN = 10_000;
let sockets = 0;
const live = new Set<RequestRecord>();

interface SocketOptions {
  url: string;
  header?: Record<string, unknown>;
  protocols?: string[];
  timeout?: number;
}
interface Close {
  code: number;
  reason: string;
}

export function socket(api: Api): void {
  api.object(
    "SocketTask",
    "readyState CONNECTING OPEN CLOSING CLOSED send close onOpen onClose onMessage onError",
  );
  api.task(
    "connectSocket",
    { url: "string", header: "object?", protocols: "array?", timeout: "number?" },
    "socketTaskId",
    (options: SocketOptions) => {
      const url = address(api.phone, "connectSocket", options.url, ["ws:", "wss:"]);
      const { protocols = [] } = options;
      const wrong = protocols.find(
        (each, index) => !/^[!#-'*+\-.^-z|~\w]+$/.test(each) || protocols.indexOf(each) < index,
      );
      if (wrong !== undefined) throw badParameter(`params.protocols cannot have ${JSON.stringify(wrong)}`);
      if (live.size >= MOST) throw new Failure(`an app has at most ${MOST} sockets at once`, undefined, "D");
      sockets += 1;
      return {
        task: open(api, { ...options, url, protocols }),
        result: Promise.resolve({ socketTaskId: sockets }),
      };
    },
    () => none(api),
  );
}

function open(api: Api, { url, header, protocols, timeout }: SocketOptions) {
  const { phone } = api;
  const { functions, emit } = emitters("Open", "Close", "Message", "Error");
  const headers = sendable(header);
  const started = performance.now();
  const record: RequestRecord = { ...requestRecord("socket", "WS", url), requestHeaders: headers };
  const [out, back] = [lane(phone), lane(phone)];
  let state = STATES.CONNECTING;
  let web: WebSocket | DirectSocket | undefined;

  const say = (message: string | ArrayBuffer): void =>
    out(() => web?.readyState === WebSocket.OPEN && web.send(message));
  const tell = (): void => phone.report({ kind: "request", request: { ...record } });
  const note = (from: SocketMessage["from"], data: string | ArrayBuffer): void => {
    const shown = typeof data === "string" ? data.slice(0, SHOWN) : `(${data.byteLength} bytes)`;
    phone.report({ kind: "message", id: record.id, message: { from, data: shown, time: Date.now() } });
  };
  const end = ({ code, reason }: Close, error = ""): void => {
    if (state === STATES.CLOSED) return;
    state = STATES.CLOSED;
    stop();
    live.delete(record);
    // Without a close frame to the server, unless there was one: the phone is gone.
    web?.close();
    Object.assign(record, { error, close: { code, reason }, duration: performance.now() - started });
    tell();
    if (error) emit("Error", { errMsg: error });
    emit("Close", { ...TYPES, code, reason, errMsg: error || "ok" });
  };
  const fail = (error: string): void => end({ code: 1006, reason: "" }, error);
  const lose = (): void => fail("the network is not available");
  const stop = phone.on("settings", ({ network }) => network?.type === "none" && lose());

  function receive(data: string | ArrayBuffer): void {
    if (state === STATES.CLOSED) return;
    const rest = typeof data === "string" ? data.slice(1) : data;
    const tag = typeof data === "string" ? data[0] : "t";
    if (tag === "e") return fail(String(rest));
    if (tag === "c") return end(JSON.parse(String(rest)) as Close);
    if (tag === "o") {
      const opened = JSON.parse(String(rest)) as { headers: ResponseHeaders };
      Object.assign(record, { status: 101, responseHeaders: opened.headers });
      tell();
      if (state !== STATES.CONNECTING) return;
      state = STATES.OPEN;
      emit("Open", { ...TYPES, header: opened.headers });
    } else {
      note("server", rest);
      emit("Message", { ...TYPES, data: rest });
    }
  }

  live.add(record);
  tell();
  if (phone.settings.network.type === "none") {
    queueMicrotask(lose);
  } else {
    const most = Math.min(timeout ?? phone.manifest.app.networkTimeout?.connectSocket ?? TIMEOUT, TIMEOUT);
    web = connect(url, protocols, most);
    web.onopen = () =>
      say(`o${JSON.stringify({ url, headers, protocols, timeout: most, jar: jarOf(phone) })}`);
    web.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => back(() => receive(data));
    web.onclose = () => back(() => fail("the development server does not answer"));
  }

  return {
    ...STATES,
    get readyState(): number | undefined {
      return state;
    },
    send: api.method<{ data: string | ArrayBuffer }>(
      "sendSocketMessage",
      { data: "string|arraybuffer" },
      ({ data }) => {
        if (state !== STATES.OPEN) throw networkError("the socket is not open");
        // A copy: what the page does to its buffer later is not the message's affair.
        const message = typeof data === "string" ? data : copy(data);
        note("page", message);
        say(typeof message === "string" ? `t${message}` : message);
      },
    ),
    close: api.method<{ code?: number; reason?: string }>(
      "closeSocket",
      { code: "number?", reason: "string?" },
      ({ code = 1000, reason = "" }) => {
        if (state >= STATES.CLOSING) throw new Failure("the socket is closed already", undefined, "I");
        if (code !== 1000 && !(Number.isInteger(code) && code >= 3000 && code <= 4999))
          throw badParameter(`params.code should be 1000 or 3000 to 4999, but got ${code}`);
        if (new TextEncoder().encode(reason).length > LONGEST_REASON)
          throw badParameter(`params.reason should have at most ${LONGEST_REASON} bytes`);
        const isOpen = state === STATES.OPEN;
        state = STATES.CLOSING;
        if (isOpen) say(`c${JSON.stringify({ code, reason })}`);
        // Nothing is there yet that could say so itself.
        else queueMicrotask(() => end({ code, reason }));
      },
    ),
    onOpen: functions.onOpen,
    onClose: functions.onClose,
    onMessage: functions.onMessage,
    onError: functions.onError,
  };
}

function connect(url: string, protocols: string[] | undefined, timeout: number): WebSocket | DirectSocket {
  if (!hasServer()) return new DirectSocket(url, protocols ?? [], timeout);
  const socket = new WebSocket(withSecret("/socket"));
  socket.binaryType = "arraybuffer";
  return socket;
}

/** Does one thing after the other, each as late as the phone's network makes it. */
function lane(phone: Phone): (work: () => void) => void {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const { delay } = phone.settings.network;
    const due = delay > 0 && new Promise((done) => setTimeout(done, delay));
    last = Promise.all([last, due]).then(work);
  };
}

function copy(data: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer
    : data.slice(0);
}

/** What a page holds of a socket that could not be made; it has no state. */
function none(api: Api): ReturnType<typeof open> {
  const fail = (name: string) =>
    api.method(name, {}, () => {
      throw networkError("the socket is not open");
    });
  const nothing = (): void => {};
  return {
    ...STATES,
    readyState: undefined,
    send: fail("sendSocketMessage"),
    close: fail("closeSocket"),
    onOpen: nothing,
    onClose: nothing,
    onMessage: nothing,
    onError: nothing,
  };
}
