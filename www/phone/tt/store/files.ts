/**
 * The files of one phone: a tree below `ttfile://user`, which lasts, and one below `ttfile://temp`,
 * which ends with the page. All of it is in memory, so that the functions whose names end in `Sync`
 * can exist at all. Failures are worded as Node's, as the platform does.
 */
import type { Files } from "../../phone";
import type { Table } from "./database";

export const USER = "ttfile://user";
export const TEMPORARY = "ttfile://temp";
/** Of all lasting files of a phone, in bytes: a bound of ours, to keep the page's memory in hand. */
const LIMIT = 200 * 1024 * 1024;

/** A file, or a folder if it has no data. Times are in milliseconds since 1970. */
export interface Entry {
  readonly data: Uint8Array<ArrayBuffer> | null;
  readonly created: number;
  readonly modified: number;
}

export class FileTree implements Files {
  readonly #entries = new Map<string, Entry>();
  readonly #urls = new Map<string, string>();
  readonly #table: Table;
  #temporaries = 0;
  #size = 0;

  constructor(table: Table) {
    this.#table = table;
    const now = Date.now();
    for (const root of [USER, TEMPORARY])
      this.#entries.set(root, { data: null, created: now, modified: now });
    for (const [path, entry] of table.initial) this.#put(path, entry as Entry);
  }

  /** Whether a path is one of this tree, existing or not. */
  static owns(path: string): boolean {
    return path.startsWith("ttfile://");
  }

  find(path: string): Entry | undefined {
    return this.#entries.get(normal(path));
  }

  /** Names in a folder. */
  list(path: string): string[] {
    const folder = this.#folder(path, "readdir");
    const names = [];
    for (const other of this.#entries.keys())
      if (parent(other) === folder) names.push(other.slice(folder.length + 1));
    return names;
  }

  /** Paths of a folder and of all in it. */
  below(path: string): string[] {
    const top = normal(path);
    return [...this.#entries.keys()].filter((other) => other === top || other.startsWith(`${top}/`));
  }

  /** Makes or replaces a file of the user. */
  write(path: string, data: Uint8Array, verb = "open"): void {
    const target = this.#writable(path, verb);
    if (this.#entries.get(target)?.data === null)
      throw new Error(`illegal operation on a directory, ${verb} ${path}`);
    const old = this.#entries.get(target);
    if (this.#size - (old?.data?.length ?? 0) + data.length > LIMIT) {
      throw new Error(`the maximum size of the file storage limit is exceeded: ${LIMIT} bytes`);
    }
    const now = Date.now();
    // A copy: what a page does to its buffer later is not the file's affair.
    this.#keep(target, { data: new Uint8Array(data), created: old?.created ?? now, modified: now });
  }

  makeFolder(path: string, recursive: boolean): void {
    const target = normal(path);
    if (this.#entries.has(target)) {
      if (recursive && this.#entries.get(target)?.data === null) return;
      throw new Error(`file already exists, mkdir ${path}`);
    }
    const above = parent(target);
    if (recursive && above.startsWith(USER) && !this.#entries.has(above)) this.makeFolder(above, true);
    const now = Date.now();
    this.#keep(this.#writable(path, "mkdir"), { data: null, created: now, modified: now });
  }

  removeFolder(path: string, recursive: boolean): void {
    const folder = this.#folder(path, "rmdir");
    if (folder === USER || !folder.startsWith(USER)) throw new Error(`permission denied, rmdir ${path}`);
    const inside = this.below(folder);
    if (inside.length > 1 && !recursive) throw new Error(`directory not empty, rmdir ${path}`);
    this.#drop(inside);
  }

  removeFile(path: string): void {
    const target = this.existing(path, "unlink");
    if (this.#entries.get(target)?.data === null) throw new Error(`operation not permitted, unlink ${path}`);
    this.#drop([target]);
  }

  /** Ends a temporary file. */
  discard(path: string): void {
    const target = normal(path);
    if (target !== TEMPORARY) this.#drop([target]);
  }

  rename(from: string, to: string): void {
    const source = this.existing(from, "rename");
    const target = this.#writable(to, "rename");
    if (target === source) return;
    if (source === USER || source === TEMPORARY || target.startsWith(`${source}/`))
      throw new Error(`permission denied, rename ${from} -> ${to}`);
    const moved = this.below(source).map((path) => [path, this.#entries.get(path)] as const);
    const old = this.#entries.get(target);
    if (old?.data === null) {
      if (this.below(target).length > 1 || this.#entries.get(source)?.data)
        throw new Error(`directory not empty, rename ${from} -> ${to}`);
    }
    this.#drop(moved.map(([path]) => path));
    for (const [path, entry] of moved) if (entry) this.#keep(target + path.slice(source.length), entry);
  }

  /** The path as it is kept; throws where there is nothing. */
  existing(path: string, verb: string): string {
    const target = normal(path);
    if (!this.#entries.has(target)) throw new Error(`no such file or directory, ${verb} ${path}`);
    return target;
  }

  async addTemporary(data: Uint8Array | Blob, extension: string): Promise<string> {
    const bytes = data instanceof Blob ? new Uint8Array(await data.arrayBuffer()) : new Uint8Array(data);
    const now = Date.now();
    this.#temporaries += 1;
    // Random from the first character on: two phones give two files two names.
    const random = crypto.randomUUID().replaceAll("-", "").slice(0, 16);
    const path = `${TEMPORARY}/${random}${this.#temporaries}${extension && `.${extension}`}`;
    this.#put(path, { data: bytes, created: now, modified: now });
    return path;
  }

  url(path: string): string | undefined {
    const target = normal(path);
    const data = this.#entries.get(target)?.data;
    if (!data) return undefined;
    let url = this.#urls.get(target);
    if (!url) {
      url = URL.createObjectURL(new Blob([data], { type: mediaType(target) }));
      this.#urls.set(target, url);
    }
    return url;
  }

  #folder(path: string, verb: string): string {
    const folder = this.existing(path, verb);
    if (this.#entries.get(folder)?.data !== null) throw new Error(`not a directory, ${verb} ${path}`);
    return folder;
  }

  /** The path as it is kept, of something below `ttfile://user` whose folder exists. */
  #writable(path: string, verb: string): string {
    const target = normal(path);
    if (!target.startsWith(`${USER}/`)) throw new Error(`permission denied, ${verb} ${path}`);
    if (this.#entries.get(parent(target))?.data !== null)
      throw new Error(`no such file or directory, ${verb} ${path}`);
    return target;
  }

  #keep(path: string, entry: Entry): void {
    this.#put(path, entry);
    this.#table.put(path, entry);
  }

  #put(path: string, entry: Entry): void {
    this.#forget(path);
    this.#entries.set(path, entry);
    if (path.startsWith(USER)) this.#size += entry.data?.length ?? 0;
  }

  #drop(paths: string[]): void {
    for (const path of paths) {
      this.#forget(path);
      this.#entries.delete(path);
    }
    this.#table.delete(paths);
  }

  #forget(path: string): void {
    if (path.startsWith(USER)) this.#size -= this.#entries.get(path)?.data?.length ?? 0;
    const url = this.#urls.get(path);
    if (url) URL.revokeObjectURL(url);
    this.#urls.delete(path);
  }
}

/** Without `.`, `..`, doubled and final slashes; never above the two roots. */
function normal(path: string): string {
  const match = /^ttfile:\/\/(user|temp)(\/.*)?$/.exec(path);
  if (!match) return path;
  const parts: string[] = [];
  for (const part of (match[2] ?? "").split("/")) {
    if (part === "..") parts.pop();
    else if (part && part !== ".") parts.push(part);
  }
  return [`ttfile://${match[1]}`, ...parts].join("/");
}

function parent(path: string): string {
  return path.slice(0, path.lastIndexOf("/"));
}

/** By extension; browsers look for themselves, but not for all kinds. */
function mediaType(path: string): string {
  const extension = path.slice(path.lastIndexOf(".") + 1).toLowerCase();
  return MEDIA_TYPES[extension] ?? "";
}
const MEDIA_TYPES: Record<string, string> = {
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  gif: "image/gif",
  webp: "image/webp",
  mp4: "video/mp4",
  webm: "video/webm",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  json: "application/json",
};
