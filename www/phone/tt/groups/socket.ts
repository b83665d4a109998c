/** `tt.connectSocket`: a WebSocket straight from the browser, which cross-origin rules let through. */
import { emitters, type Api } from "../api";
import { Failure, networkError } from "../params";
import { address } from "./proxy";

const TYPES = { protocolType: "websocket", socketType: "tradition" };
let sockets = 0;

interface SocketOptions {
  url: string;
  header?: Record<string, string>;
  protocols?: string[];
}

export function socket(api: Api): void {
  api.object("SocketTask", "readyState CONNECTING OPEN CLOSING CLOSED send close onOpen onClose onMessage onError");
  api.task(
    "connectSocket",
    { url: "string", header: "object?", protocols: "array?", timeout: "number?" },
    "socketTaskId",
    (options: SocketOptions) => {
      sockets += 1;
      return { task: open(api, options), result: Promise.resolve({ socketTaskId: sockets }) };
    },
    () => closed(api),
  );
}

function open(api: Api, { url, header = {}, protocols = [] }: SocketOptions) {
  const { phone } = api;
  const { functions, emit } = emitters("Open", "Close", "Message", "Error");
  if (Object.keys(header).some((name) => !/^(content-type|referer|user-agent)$/i.test(name))) {
    console.warn("connectSocket: a browser sends no headers of one's own when it opens a WebSocket");
  }
  const web = new WebSocket(address(url, ["ws:", "wss:"]), protocols);
  web.binaryType = "arraybuffer";
  let lost = false;
  const lose = (): void => {
    if (lost || web.readyState === WebSocket.CLOSED) return;
    lost = true;
    web.close();
    emit("Error", { errMsg: "the network is not available" });
    emit("Close", { ...TYPES, code: 1006, reason: "", errMsg: "the network is not available" });
  };
  const stop = phone.on("settings", ({ network }) => network?.type === "none" && lose());
  if (phone.settings.network.type === "none") queueMicrotask(lose);
  web.onopen = () => !lost && emit("Open", { ...TYPES, header: {} });
  web.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => !lost && emit("Message", { ...TYPES, data });
  web.onerror = () => !lost && emit("Error", { errMsg: `connection to ${url} failed` });
  web.onclose = ({ code, reason }) => {
    stop();
    if (!lost) emit("Close", { ...TYPES, code, reason, errMsg: "ok" });
  };
  return {
    CONNECTING: 0,
    OPEN: 1,
    CLOSING: 2,
    CLOSED: 3,
    get readyState() {
      return lost ? 3 : web.readyState;
    },
    send: api.method<{ data: string | ArrayBuffer }>(
      "sendSocketMessage",
      { data: "string|arraybuffer" },
      ({ data }) => {
        if (lost || web.readyState !== WebSocket.OPEN) throw networkError("the socket is not open");
        web.send(data);
      },
    ),
    close: api.method<{ code?: number; reason?: string }>(
      "closeSocket",
      { code: "number?", reason: "string?" },
      ({ code = 1000, reason = "" }) => {
        if (lost || web.readyState >= WebSocket.CLOSING)
          throw new Failure("the socket is closed already", undefined, "I");
        try {
          web.close(code, reason);
        } catch (error) {
          throw new Failure(error instanceof Error ? error.message : String(error), 20000, "D");
        }
      },
    ),
    onOpen: functions.onOpen,
    onClose: functions.onClose,
    onMessage: functions.onMessage,
    onError: functions.onError,
  };
}

/** What a page holds of a socket that could not be made. */
function closed(api: Api): ReturnType<typeof open> {
  const fail = (name: string) =>
    api.method(name, {}, () => {
      throw networkError("the socket is not open");
    });
  const none = (): void => {};
  return {
    CONNECTING: 0,
    OPEN: 1,
    CLOSING: 2,
    CLOSED: 3,
    readyState: 3,
    send: fail("sendSocketMessage"),
    close: fail("closeSocket"),
    onOpen: none,
    onClose: none,
    onMessage: none,
    onError: none,
  };
}
