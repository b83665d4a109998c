/** Addresses of pages: `PATH?QUERY`, absolute or seen from another page. */

export interface Route {
  /** `pages/index/index` */
  name: string;
  query: Record<string, string>;
}

/** What a failed navigation says: its message is the detail of `fail`. */
export class RouteError extends Error {
  /** The platform's number. */
  readonly errNo: number;

  constructor(message: string, errNo: number) {
    super(message);
    this.name = "RouteError";
    this.errNo = errNo;
  }
}

/**
 * Reads an address. Values stay as they are written: pages decode them.
 *
 * @param from the page that a relative address is seen from
 */
export function parseRoute(url: string, from = ""): Route {
  const [path = "", search = ""] = split(url.split("#", 1)[0] ?? "", "?");
  const plain = path.replace(/\.html$/, "");
  const segments = plain.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const segment of plain.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return { name: segments.join("/"), query: parseQuery(search) };
}

export function parseQuery(search: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const pair of search.split("&")) {
    if (pair === "") continue;
    const [name = "", value = ""] = split(pair, "=");
    query[name] = value;
  }
  return query;
}

/** The address of a page, without slash at its beginning. */
export function formatRoute({ name, query }: Route): string {
  const pairs = Object.entries(query).map(([key, value]) => `${key}=${value}`);
  return pairs.length > 0 ? `${name}?${pairs.join("&")}` : name;
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + at.length)];
}
