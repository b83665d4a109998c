/**
 * Requests to the outside, which go through the development server: cross-origin rules do not get in
 * the way there, and a mock file can answer in its place. The desk is told of each when it starts and
 * when it ends.
 */
import type { Phone } from "../../phone";
import type { RequestRecord } from "../../../shared/bridge";
import { Failure, networkError } from "../params";

export interface Outgoing {
  method: string;
  url: string;
  headers: Record<string, string>;
  /** In milliseconds. */
  timeout: number;
  body: string | Blob | ArrayBuffer | null;
}
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: ArrayBuffer;
}
export interface Progress {
  sent?(done: number, total: number): void;
  received?(done: number, total: number): void;
  headers?(headers: Record<string, string>): void;
}
export interface Exchange {
  answer: Promise<Answer>;
  abort(): void;
}

/** Bodies are shown to the desk up to this many characters. */
const SHOWN = 256 * 1024;
let requests = 0;

/** Sends; the answer rejects with a {@link Failure} whatever went wrong. */
export function send(phone: Phone, outgoing: Outgoing, progress: Progress = {}): Exchange {
  const request = new XMLHttpRequest();
  let aborted = false;
  requests += 1;
  const record: RequestRecord = {
    id: requests,
    method: outgoing.method,
    url: outgoing.url,
    requestHeaders: outgoing.headers,
    requestBody: shown(outgoing.body),
    status: null,
    responseHeaders: {},
    responseBody: "",
    duration: null,
    mocked: false,
    error: "",
  };
  const started = performance.now();
  phone.report({ kind: "request", request: { ...record } });

  const exchange = async (): Promise<Answer> => {
    if (phone.settings.network.type === "none") throw networkError("the network is not available");
    await wait(phone.settings.network.delay);
    if (aborted) throw new Failure("abort", undefined, "I");
    const answer = await through(request, outgoing, progress, (head) => {
      record.status = head.status;
      record.responseHeaders = head.headers;
      record.mocked = head.mocked;
    });
    await wait(phone.settings.network.delay);
    if (aborted) throw new Failure("abort", undefined, "I");
    return answer;
  };
  const answer = exchange();
  answer
    .then(
      ({ body }) => {
        record.responseBody = shown(body);
      },
      (error: Error) => {
        record.error = error.message;
      },
    )
    .finally(() => phone.report({ kind: "request", request: { ...record, duration: performance.now() - started } }));
  // A network that goes takes what is under way along.
  const stop = phone.on("settings", ({ network }) => {
    if (network?.type === "none") request.abort();
  });
  answer.finally(stop).catch(() => {});
  return {
    answer,
    abort: () => {
      aborted = true;
      request.abort();
    },
  };

  async function through(
    request: XMLHttpRequest,
    outgoing: Outgoing,
    progress: Progress,
    told: (head: Head) => void,
  ): Promise<Answer> {
    const { method, url, headers, timeout, body } = outgoing;
    return new Promise((resolve, reject) => {
      request.open("POST", "/proxy");
      request.responseType = "arraybuffer";
      request.setRequestHeader("x-tt-request", encode({ method, url, headers, timeout }));
      // What it is stands in the header above; the browser must not guess.
      request.setRequestHeader("content-type", "application/octet-stream");
      let head: Head | undefined;
      request.onreadystatechange = () => {
        if (request.readyState !== XMLHttpRequest.HEADERS_RECEIVED) return;
        const text = request.getResponseHeader("x-tt-response");
        if (!text) return;
        head = decode(text) as Head;
        told(head);
        if (!head.error) progress.headers?.(head.headers);
      };
      request.onprogress = ({ loaded, total }) =>
        progress.received?.(loaded, total || Number(header(head?.headers ?? {}, "content-length") ?? 0));
      if (progress.sent) request.upload.onprogress = ({ loaded, total }) => progress.sent?.(loaded, total);
      request.onload = () => {
        if (!head) reject(networkError(`the development server answered ${request.status}`));
        else if (head.error) reject(networkError(head.error));
        else resolve({ status: head.status, headers: head.headers, body: request.response as ArrayBuffer });
      };
      request.onerror = () => reject(networkError("the development server does not answer"));
      request.onabort = () =>
        reject(aborted ? new Failure("abort", undefined, "I") : networkError("the network was lost"));
      request.ontimeout = () => reject(networkError("timeout"));
      // The server ends it in time; this is for a server that does not.
      request.timeout = timeout + 2000;
      request.send(body);
    });
  }
}

/** A header by its name in lower case. */
export function header(headers: Record<string, string>, name: string): string | undefined {
  return Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** Headers that a page may set, with their values as text. */
export function sendable(headers: Record<string, unknown> = {}): Record<string, string> {
  const kept = Object.entries(headers).filter(
    ([name, value]) => !/^(referer|user-agent)$/i.test(name) && value !== undefined && value !== null,
  );
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** The address of a request: absolute, and of the web. */
export function address(url: string, schemes = ["http:", "https:"]): string {
  if (!URL.canParse(url) || !schemes.includes(new URL(url).protocol))
    throw new Failure(`url is invalid: ${url}`, 20000, "D");
  return url;
}

interface Head {
  status: number;
  headers: Record<string, string>;
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
  return JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (character) => character.charCodeAt(0))));
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
