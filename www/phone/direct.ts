/**
 * Requests of a phone that was exported: no development server sends them, so the browser does, by its
 * own rules. A server has to let the page read its answers (CORS), and headers that a browser sets
 * itself are not the page's to set.
 */
import type { RequestRecord } from "../shared/bridge";
import { SITE } from "../shared/site";
import { networkError } from "./failure";
import { answer, type Mock } from "./mock";
import type { Answer, Outgoing, Progress, ResponseHeaders } from "./proxy";

/** The browser does not say which of them it was. */
const SILENCE = "the server does not answer, or does not let this page read its answers (CORS)";

let mocks: Promise<Mock[]> | undefined;

/** Answers a request from the mock file that was exported, or sends it; `most` is the largest answer, in bytes. */
export async function ask(
  request: XMLHttpRequest,
  outgoing: Outgoing,
  progress: Progress,
  record: RequestRecord,
  most: number,
): Promise<Answer> {
  const { method, url, timeout, body } = outgoing;
  mocks ??= fetch(`${SITE}app/mock.json`).then((response) => response.json() as Promise<Mock[]>);
  const said =
    body instanceof Blob ? "" : body instanceof ArrayBuffer ? new TextDecoder().decode(body) : body;
  const mocked = answer(await mocks.catch(() => []), method, url, said ?? "");
  if (mocked === undefined) return send(request, outgoing, progress, record, most);
  const { status, headers, delay } = mocked;
  await new Promise((done) => setTimeout(done, Math.min(delay, timeout)));
  if (delay > timeout) throw networkError(`no answer within ${timeout} ms`);
  Object.assign(record, { status, responseHeaders: headers, mocked: true });
  progress.headers?.(headers);
  return { status, headers, body: new TextEncoder().encode(mocked.body).buffer };
}

function send(
  request: XMLHttpRequest,
  { method, url, headers, timeout, body }: Outgoing,
  progress: Progress,
  record: RequestRecord,
  most: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(networkError(why));
    let received: ResponseHeaders = {};
    request.onreadystatechange = () => {
      if (request.readyState !== XMLHttpRequest.HEADERS_RECEIVED || request.status === 0) return;
      received = headersIn(request.getAllResponseHeaders());
      Object.assign(record, { status: request.status, responseHeaders: received });
      progress.headers?.(received);
    };
    request.onprogress = ({ loaded, total }) => {
      if (loaded > most) {
        fail(`the answer has more than ${most} bytes`);
        request.abort();
      }
      progress.received?.(loaded, total);
    };
    if (progress.sent) request.upload.onprogress = ({ loaded, total }) => progress.sent?.(loaded, total);
    request.onload = () =>
      resolve({ status: request.status, headers: received, body: request.response as ArrayBuffer });
    request.onerror = () => fail(SILENCE);
    request.onabort = () => fail("the network was lost");
    request.ontimeout = () => fail(`no answer within ${timeout} ms`);
    try {
      request.open(method, url);
      request.responseType = "arraybuffer";
      request.timeout = timeout;
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.send(body);
    } catch (error) {
      fail(String(error));
    }
  });
}

function headersIn(lines: string): ResponseHeaders {
  const headers = lines.split("\r\n").filter(Boolean);
  return Object.fromEntries(
    headers.map((line) => {
      const [name = "", ...value] = line.split(": ");
      return [name, value.join(": ")];
    }),
  );
}

/** A socket that says what the development server would (`socket.rs` of `crates/simulator`). Browsers send no headers. */
export class DirectSocket {
  onopen: (() => void) | null = null;
  onmessage: WebSocket["onmessage"] = null;
  onclose: (() => void) | null = null;
  readonly #socket: WebSocket;

  /** @param timeout how long it may take to open, in milliseconds */
  constructor(url: string, protocols: string[], timeout: number) {
    const socket = (this.#socket = new WebSocket(url, protocols));
    socket.binaryType = "arraybuffer";
    let why = SILENCE;
    const timer = setTimeout(() => {
      why = `no answer within ${timeout} ms`;
      socket.close();
    }, timeout);
    let opened = false;
    socket.onopen = () => {
      clearTimeout(timer);
      opened = true;
      this.onopen?.();
      this.#say(`o${JSON.stringify({ headers: {} })}`);
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) =>
      this.#say(typeof data === "string" ? `t${data}` : data);
    socket.onclose = ({ code, reason }) => {
      clearTimeout(timer);
      this.#say(opened ? `c${JSON.stringify({ code, reason })}` : `e${why}`);
      this.onclose?.();
    };
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  /** Takes what is meant for the development server. */
  send(message: string | ArrayBuffer): void {
    if (typeof message !== "string") return this.#socket.send(message);
    if (message.startsWith("t")) this.#socket.send(message.slice(1));
    if (message.startsWith("c")) {
      const { code, reason } = JSON.parse(message.slice(1)) as { code: number; reason: string };
      this.#socket.close(code, reason);
    }
  }

  close(): void {
    this.#socket.close();
  }

  #say(data: string | ArrayBuffer): void {
    this.onmessage?.call(this.#socket, new MessageEvent("message", { data }));
  }
}
