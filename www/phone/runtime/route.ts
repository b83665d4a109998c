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
 * Reads an address. Values stay as they are written: pages decode them. The path of a page may have `#`
 * and `%`; so what is a page as it is written comes first.
 *
 * @param from the page that a relative address is seen from
 */
export function parseRoute(url: string, pages: readonly string[], from = ""): Route {
  const [path, search] = split(url, "?");
  const [plain] = split(path, "#");
  const names = [path, plain, decode(plain)].map((each) => join(from, each.replace(/\.html$/, "")));
  const name = names.find((each) => pages.includes(each)) ?? names[1] ?? "";
  return { name, query: parseQuery(path !== plain && name !== names[0] ? "" : split(search, "#")[0]) };
}

function join(from: string, path: string): string {
  const segments = path.startsWith("/") ? [] : from.split("/").slice(0, -1);
  for (const segment of path.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "." && segment !== "") segments.push(segment);
  }
  return segments.join("/");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function parseQuery(search: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const pair of search.split("&")) {
    if (pair === "") continue;
    const [name, value] = split(pair, "=");
    query[name] = value;
  }
  return query;
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + at.length)];
}
