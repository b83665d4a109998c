/**
 * The answers of a mock file in a phone that was exported, as `mock.rs` of `crates/simulator` gives them
 * elsewhere; both are held to `crates/simulator/tests/mocks.json`.
 */

/** An entry of a mock file; the program that exported it has checked it. */
export interface Mock {
  method?: string;
  url: string;
  /** What the request must say. */
  when?: Record<string, unknown>;
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** In milliseconds. */
  delay?: number;
}
export interface Mocked {
  status: number;
  headers: Record<string, string>;
  body: string;
  delay: number;
}

/** The answer of the first entry that fits. */
export function answer(
  mocks: readonly Mock[],
  method: string,
  address: string,
  said: string,
): Mocked | undefined {
  const url = new URL(address);
  const value = (name: string): string => valueOf(name, url, said);
  const mock = mocks.find((mock) => fits(mock, method, url, value));
  if (mock === undefined) return undefined;
  const { status = 200, headers = {}, body = null, delay = 0 } = mock;
  const isText = typeof body === "string";
  const hasType = Object.keys(headers).some((name) => name.toLowerCase() === "content-type");
  const type = isText ? "text/plain; charset=utf-8" : "application/json";
  const filled = fillAll(body, value);
  return {
    status,
    headers: body === null || hasType ? { ...headers } : { ...headers, "content-type": type },
    body: body === null ? "" : isText ? String(filled) : JSON.stringify(filled),
    delay,
  };
}

function fits(
  { method = "*", url: pattern, when = {} }: Mock,
  asked: string,
  { href }: URL,
  value: (name: string) => string,
): boolean {
  if (method !== "*" && method.toUpperCase() !== asked.toUpperCase()) return false;
  const address = pattern.includes("?") ? href : (href.split("?")[0] ?? "");
  return (
    matches(pattern, address) && Object.entries(when).every(([name, wanted]) => value(name) === text(wanted))
  );
}

/** Whether `text` fits `pattern`, in which `*` is any text. */
function matches(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

function fillAll(value: unknown, find: (name: string) => string): unknown {
  if (typeof value === "string")
    return value.replace(/\{\{(.*?)\}\}/gs, (_, name: string) => find(name.trim()));
  if (Array.isArray(value)) return value.map((each) => fillAll(each, find));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fillAll(each, find)]));
}

/** What a request says by this name: in its query, in JSON, or in a form. */
function valueOf(name: string, url: URL, said: string): string {
  const inQuery = url.searchParams.get(name);
  if (inQuery !== null) return inQuery;
  try {
    const json: unknown = JSON.parse(said);
    const value = Object.hasOwn(Object(json), name) ? (json as Record<string, unknown>)[name] : undefined;
    return value === undefined ? "" : text(value);
  } catch {
    return new URLSearchParams(said).get(name) ?? "";
  }
}

function text(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
