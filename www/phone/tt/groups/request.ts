/** `tt.request`. */
import { subscription, type Api } from "../api";
import { wrongType } from "../../failure";
import { address, type Answer, header, send, sendable } from "../../proxy";

const METHODS = ["GET", "POST", "OPTIONS", "PUT", "HEAD", "DELETE", "PATCH"] as const;
/** The longest a request may take, in milliseconds, and what it takes where nothing is said. */
export const TIMEOUT = 60_000;

interface RequestOptions {
  url: string;
  method?: string;
  header?: Record<string, unknown>;
  data?: unknown;
  dataType?: string;
  responseType?: string;
  timeout?: number;
}

export function request(api: Api): void {
  const { phone } = api;
  api.object("RequestTask", "abort onHeadersReceived offHeadersReceived");
  api.task(
    "request",
    {
      url: "string",
      method: [...METHODS, ...METHODS.map((each) => each.toLowerCase())],
      header: "object?",
      data: "any?",
      dataType: "string?",
      responseType: "string?",
      timeout: "number?",
      enableCache: "boolean?",
    },
    "data statusCode header",
    (options: RequestOptions) => {
      const method = (options.method ?? "GET").toUpperCase();
      const headers = sendable(options.header);
      const { responseType = "text" } = options;
      if (!/^(text|arraybuffer)$/.test(responseType)) {
        phone.warn(
          `request: responseType "${responseType}" is none of "text" and "arraybuffer"; the response is taken as text`,
        );
      }
      const content = outgoing(method, address(phone, "request", options.url), headers, options.data);
      const timeout = Math.min(
        options.timeout ?? phone.manifest.app.networkTimeout?.request ?? TIMEOUT,
        TIMEOUT,
      );
      const received = subscription();
      const exchange = send(
        phone,
        { kind: "request", method, headers, timeout, ...content },
        { headers: (headers) => received.listeners.emit({ header: headers }) },
      );
      const result = exchange.answer.then((answer) => ({
        data: incoming(answer, options),
        statusCode: answer.status,
        header: answer.headers,
      }));
      return {
        task: { abort: exchange.abort, onHeadersReceived: received.on, offHeadersReceived: received.off },
        result,
      };
    },
    () => ({ abort: () => {}, onHeadersReceived: () => {}, offHeadersReceived: () => {} }),
  );
}

/** What goes into the address and what into the body; says what the body is unless the page did. */
function outgoing(
  method: string,
  url: string,
  headers: Record<string, string>,
  data: unknown,
): { url: string; body: string | ArrayBuffer | null } {
  if (data === undefined || data === null) return { url, body: null };
  if (!["POST", "PUT", "PATCH"].includes(method)) {
    if (typeof data !== "object" || data instanceof ArrayBuffer) return { url, body: null };
    const query = form(data);
    const [address = "", fragment] = url.split("#", 2);
    const joined = query && `${address}${address.includes("?") ? "&" : "?"}${query}`;
    return { url: (joined || address) + (fragment === undefined ? "" : `#${fragment}`), body: null };
  }
  let type = header(headers, "content-type");
  if (type === undefined) headers["content-type"] = type = "application/json";
  if (data instanceof ArrayBuffer || typeof data === "string") return { url, body: data };
  if (ArrayBuffer.isView(data))
    return { url, body: new Uint8Array(data.buffer, data.byteOffset, data.byteLength).slice().buffer };
  if (typeof data !== "object") throw wrongType("data", "object", data);
  return {
    url,
    body: type.includes("application/x-www-form-urlencoded") ? form(data) : JSON.stringify(data),
  };
}

function form(data: object): string {
  return Object.entries(data)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const text = typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
      return `${encodeURIComponent(key)}=${encodeURIComponent(text)}`;
    })
    .join("&");
}

function incoming({ body }: Answer, { dataType = "json", responseType }: RequestOptions): unknown {
  if (responseType === "arraybuffer") return body;
  const text = new TextDecoder().decode(body);
  if (dataType !== "json") return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
