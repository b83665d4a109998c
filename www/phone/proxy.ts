/**
 * Requests to the outside, which go through the development server: cross-origin rules do not get in
 * the way there, and a mock file can answer in its place. The desk is told of each when it starts and
 * when it ends.
 */
import { isRefused } from "./domains";
import type { Phone } from "./phone";
import type { RequestRecord } from "../shared/bridge";
import { hasServer, renewSecret, secretHeader } from "../shared/secret";
import * as direct from "./direct";
import { requestRecord } from "./requests";
import { Failure, networkError } from "./failure";

export interface Outgoing {
  kind: "request" | "upload" | "download";
  method: string;
  url: string;
  headers: Record<string, string>;
  /** In milliseconds. */
  timeout: number;
  body: string | Blob | ArrayBuffer | null;
}
export type ResponseHeaders = Record<string, string | string[]>;
export interface Answer {
  status: number;
  headers: ResponseHeaders;
  body: ArrayBuffer;
}
export interface Progress {
  sent?(done: number, total: number): void;
  received?(done: number, total: number): void;
  headers?(headers: ResponseHeaders): void;
}
export interface Exchange {
  answer: Promise<Answer>;
  abort(): void;
  /** Ends it for a reason of ours. */
  stop(why: Failure): void;
}

/** The largest answer, in bytes, unpacked. */
const LARGEST = 64 * 1024 * 1024;
/** The last byte of an answer whose body came to its end; the server puts it behind the body. */
const WHOLE = 0;
/** Why there is no answer where the development server does not take the secret of this page. */
const STALE = "the development server was started again: load the page again";
/** Bodies are shown to the desk up to this many characters. */
const SHOWN = 256 * 1024;

/** Sends; the answer rejects with a {@link Failure} whatever went wrong. */
export function send(phone: Phone, outgoing: Outgoing, progress: Progress = {}): Exchange {
  const { network } = phone.settings;
  const request = new XMLHttpRequest();
  const record = begin(outgoing);
  const started = performance.now();
  let stopped: Failure | undefined;
  const stopping = Promise.withResolvers<never>();
  stopping.promise.catch(() => {});
  const stop = (why: Failure): void => {
    stopped ??= why;
    request.abort();
    stopping.reject(stopped);
  };
  // A network that goes takes what is under way along.
  const follow = phone.on("settings", () => {
    if (phone.settings.network.type === "none") stop(networkError("the network was lost"));
  });

  const exchange = async (): Promise<Answer> => {
    phone.report({ kind: "request", request: { ...record } });
    try {
      if (network.type === "none") throw networkError("the network is not available");
      await wait(network.delay);
      if (stopped) throw stopped;
      const ask = (): Promise<Answer> =>
        hasServer()
          ? through(phone, request, outgoing, progress, record)
          : direct.ask(request, outgoing, progress, record, LARGEST);
      const answered = ask().catch(async (error: unknown) => {
        // A server that was started again takes another secret; it has done nothing yet.
        if (!(error instanceof Failure) || error.message !== STALE || !(await renewSecret())) throw error;
        if (stopped) throw stopped;
        return ask();
      });
      const answer = await Promise.race([answered, stopping.promise]);
      await wait(network.delay);
      if (stopped) throw stopped;
      record.responseBody = shown(answer.body);
      return answer;
    } catch (error) {
      const failure = stopped ?? (error as Error);
      record.error = failure.message;
      throw failure;
    } finally {
      follow();
      record.duration = performance.now() - started;
      phone.report({ kind: "request", request: { ...record } });
    }
  };
  return { answer: exchange(), abort: () => stop(new Failure("abort", undefined, "I")), stop };
}

/** What the desk is told of a request that begins. */
function begin({ kind, method, url, headers, body }: Outgoing): RequestRecord {
  return { ...requestRecord(kind, method, url), requestHeaders: headers, requestBody: shown(body) };
}

/** Asks the development server to ask; what it says of the answer goes into the record as well. */
function through(
  phone: Phone,
  request: XMLHttpRequest,
  outgoing: Outgoing,
  progress: Progress,
  record: RequestRecord,
): Promise<Answer> {
  const { method, url, headers, timeout, body } = outgoing;
  return new Promise((resolve, reject) => {
    request.open("POST", "/proxy");
    request.responseType = "arraybuffer";
    request.setRequestHeader(...secretHeader());
    request.setRequestHeader("x-tt-request", encode({ method, url, headers, timeout, jar: jarOf(phone) }));
    // What it is stands in the header above; the browser must not guess.
    request.setRequestHeader("content-type", "application/octet-stream");
    let head: Head | undefined;
    const started = performance.now();
    request.onreadystatechange = () => {
      if (request.readyState !== XMLHttpRequest.HEADERS_RECEIVED) return;
      const text = request.getResponseHeader("x-tt-response");
      if (!text) return;
      head = decode(text) as Head;
      Object.assign(record, { status: head.status, responseHeaders: head.headers, mocked: head.mocked });
      if (!head.error) progress.headers?.(head.headers);
    };
    request.onprogress = ({ loaded }) => {
      // The last byte is not of the body; it says how the body ended.
      const received = Math.max(0, loaded - 1);
      if (received > LARGEST) {
        reject(new Failure(`the answer has more than ${LARGEST} bytes`));
        request.abort();
      }
      progress.received?.(received, Number(header(head?.headers ?? {}, "content-length") ?? 0));
    };
    if (progress.sent) request.upload.onprogress = ({ loaded, total }) => progress.sent?.(loaded, total);
    request.onload = () => {
      if (!head && request.status === 403) reject(networkError(STALE));
      else if (!head) reject(networkError(`the development server answered ${request.status}`));
      else if (head.error) reject(networkError(head.error));
      else {
        const response = request.response as ArrayBuffer;
        if (new Uint8Array(response).at(-1) !== WHOLE) brokeOff();
        else resolve({ status: head.status, headers: head.headers, body: response.slice(0, -1) });
      }
    };
    const brokeOff = (): void =>
      reject(
        networkError(
          performance.now() - started < timeout ? "the answer broke off" : `no answer within ${timeout} ms`,
        ),
      );
    request.onerror = () =>
      head ? brokeOff() : reject(networkError("the development server does not answer"));
    request.onabort = () => reject(networkError("the network was lost"));
    request.ontimeout = () => reject(networkError("timeout"));
    // The server ends it in time; this is for a server that does not.
    request.timeout = timeout + 2000;
    request.send(body);
  });
}

/** A header by its name in lower case. */
export function header(headers: ResponseHeaders, name: string): string | undefined {
  const value = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return Array.isArray(value) ? value.join(", ") : value;
}

/** Headers that a page may set, with their values as text. */
export function sendable(headers: Record<string, unknown> = {}): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => !/^(referer|user-agent)$/i.test(name) && value !== undefined && value !== null,
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** Names this phone's cookies to the development server, if the app wants them kept. */
export function jarOf({ manifest, store }: Phone): string | undefined {
  if (manifest.app.cookie?.enableStore !== true) return undefined;
  let name = store.state.get("cookies") as string | undefined;
  if (name === undefined)
    store.state.set("cookies", (name = crypto.getRandomValues(new Uint32Array(4)).join("-")));
  return name;
}

/** The address of a request of `name`: absolute, of the web, and allowed. */
export function address(phone: Phone, name: string, url: string, schemes = ["http:", "https:"]): string {
  if (!URL.canParse(url) || !schemes.includes(new URL(url).protocol))
    throw new Failure(`url is invalid: ${url}`, 20000, "D");
  // The number is ours.
  if (isRefused(phone, name, url)) throw new Failure("url not in domain list", 21100, "D");
  return url;
}

interface Head {
  status: number;
  headers: ResponseHeaders;
  mocked: boolean;
  error: string;
}

function encode(value: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
}

function decode(text: string): unknown {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return JSON.parse(
    new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0))),
  );
}

function shown(body: Outgoing["body"]): string {
  if (body === null) return "";
  if (body instanceof Blob) return `(${body.size} bytes)`;
  if (typeof body === "string") return body.slice(0, SHOWN);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body.slice(0, SHOWN), { stream: true });
  } catch {
    return `(${body.byteLength} bytes)`;
  }
}

async function wait(milliseconds: number): Promise<void> {
  if (milliseconds > 0) await new Promise((resolve) => setTimeout(resolve, milliseconds));
}
