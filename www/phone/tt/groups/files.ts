/** The file system manager, and the four functions of it that stand on `tt` too. */
import type { Api } from "../api";
import { badParameter } from "../../failure";
import { check, type Params } from "../params";
import { type Entry, FileTree, TEMPORARY, USER } from "../store/files";
import { digest } from "./digest";
import { decode, encode } from "./encodings";
import { readFile } from "./paths";
import { unzip } from "./zip";

/** Where `saveFile` puts what is given no path. */
const SAVED = `${USER}/saved`;

export function files(api: Api): void {
  const tree = api.phone.store.files as FileTree;

  const access = (path: string): void => {
    if (FileTree.owns(path)) tree.existing(path, "access");
    else readFile(api.phone, path, "access");
  };
  const append = (path: string, data: unknown, encoding?: string): void => {
    const old = readFile(api.phone, tree.existing(path, "open"));
    const added = encode(data, encoding);
    const whole = new Uint8Array(old.length + added.length);
    whole.set(old);
    whole.set(added, old.length);
    tree.write(path, whole);
  };
  const read = (path: string, encoding?: string, position = 0, length?: number): unknown => {
    const bytes = readFile(api.phone, path);
    if (position < 0 || position > bytes.length) throw badParameter("params.position is out of range");
    return decode(bytes.slice(position, length === undefined ? undefined : position + length), encoding);
  };
  const stat = (path: string, recursive = false): unknown => {
    const top = FileTree.owns(path) ? tree.existing(path, "stat") : path;
    const entry = tree.find(top) ?? { data: readFile(api.phone, path, "stat"), created: 0, modified: 0 };
    if (!recursive || entry.data) return status(entry);
    return tree
      .below(top)
      .map((each) => ({ path: each.slice(top.length) || "/", stat: status(tree.find(each) ?? entry) }));
  };
  const truncate = (path: string, length = 0): void => {
    const cut = new Uint8Array(length);
    cut.set(readFile(api.phone, tree.existing(path, "open")).subarray(0, length));
    tree.write(path, cut);
  };
  const save = (from: string, to?: string): string => {
    const data = readFile(api.phone, from, "saveFile");
    if (to === undefined) tree.makeFolder(SAVED, true);
    const target = to ?? `${SAVED}/${from.slice(from.lastIndexOf("/") + 1)}`;
    tree.write(target, data, "saveFile");
    // The temporary file moves; there is no place where it would be in the way.
    if (from.startsWith(TEMPORARY)) tree.discard(from);
    return target;
  };
  const saved = () => (tree.find(SAVED) ? tree.below(SAVED).filter((path) => tree.find(path)?.data) : []);

  const manager: Record<string, unknown> = {};
  /** One piece of work in its two forms: `NAME(options)`, and `NAMESync(...)` with `order` as its parameters. */
  const pair = (
    name: string,
    params: Params,
    order: string[],
    work: (...values: never[]) => unknown,
    field = "",
  ): void => {
    manager[name] = api.method<Record<string, never>>(name, params, (options) => {
      const value = work(...order.map((each) => options[each] as never));
      return field ? { [field]: value } : undefined;
    });
    manager[`${name}Sync`] = api.direct(`${name}Sync`, (...values: never[]) => {
      const options = Object.fromEntries(order.map((each, index) => [each, values[index]]));
      check(params, options);
      return work(...values);
    });
  };
  const path = { path: "string" } as const;
  const filePath = { filePath: "string" } as const;
  const dirPath = { dirPath: "string" } as const;
  const content = { ...filePath, data: "string|arraybuffer", encoding: "string?" } as const;
  pair("access", path, ["path"], access);
  pair("appendFile", content, ["filePath", "data", "encoding"], append);
  pair(
    "copyFile",
    { srcPath: "string", destPath: "string" },
    ["srcPath", "destPath"],
    (from: string, to: string) => tree.write(to, readFile(api.phone, from, "copyFile"), "copyFile"),
  );
  pair(
    "mkdir",
    { ...dirPath, recursive: "boolean?" },
    ["dirPath", "recursive"],
    (path: string, recursive = false) => tree.makeFolder(path, recursive),
  );
  pair("readdir", dirPath, ["dirPath"], (path: string) => tree.list(path), "files");
  pair(
    "readFile",
    { ...filePath, encoding: "string?", position: "number?", length: "number?" },
    ["filePath", "encoding", "position", "length"],
    read,
    "data",
  );
  pair(
    "rename",
    { oldPath: "string", newPath: "string" },
    ["oldPath", "newPath"],
    (from: string, to: string) => tree.rename(from, to),
  );
  pair(
    "rmdir",
    { ...dirPath, recursive: "boolean?" },
    ["dirPath", "recursive"],
    (path: string, recursive = false) => tree.removeFolder(path, recursive),
  );
  pair(
    "saveFile",
    { tempFilePath: "string", filePath: "string?" },
    ["tempFilePath", "filePath"],
    save,
    "savedFilePath",
  );
  pair("stat", { ...path, recursive: "boolean?" }, ["path", "recursive"], stat);
  pair("truncate", { ...filePath, length: "number?" }, ["filePath", "length"], truncate);
  pair("unlink", filePath, ["filePath"], (path: string) => tree.removeFile(path));
  pair(
    "writeFile",
    content,
    ["filePath", "data", "encoding"],
    (path: string, data: unknown, encoding?: string) => tree.write(path, encode(data, encoding)),
  );
  manager.stat = api.method<{ path: string; recursive?: boolean }>(
    "stat",
    { ...path, recursive: "boolean?" },
    ({ path, recursive }) => {
      const found = stat(path, recursive);
      return { stat: found, stats: found };
    },
  );
  manager.unzip = api.method<{ zipFilePath: string; targetPath: string }>(
    "unzip",
    { zipFilePath: "string", targetPath: "string" },
    async ({ zipFilePath, targetPath }) => {
      for (const { name, data } of await unzip(readFile(api.phone, zipFilePath))) {
        const target = `${targetPath.replace(/\/$/, "")}/${name}`;
        tree.makeFolder(target.slice(0, target.lastIndexOf("/")), true);
        if (!name.endsWith("/")) tree.write(target, data, "unzip");
      }
    },
  );

  const shared: [name: string, params: Params, fields: string, work: (options: Shared) => unknown][] = [
    [
      "getFileInfo",
      { ...filePath, digestAlgorithm: ["md5", "sha1"] },
      "size digest",
      async ({ filePath, digestAlgorithm }) => {
        const data = readFile(api.phone, filePath);
        return { size: data.length, ...(digestAlgorithm && { digest: await digest(digestAlgorithm, data) }) };
      },
    ],
    [
      "getSavedFileList",
      {},
      "fileList",
      () => ({
        fileList: saved().map((filePath) => {
          const { data, created = 0 } = tree.find(filePath) ?? {};
          return { filePath, size: data?.length ?? 0, createTime: Math.floor(created / 1000) };
        }),
      }),
    ],
    ["removeSavedFile", filePath, "", ({ filePath }) => tree.removeFile(filePath)],
    [
      "saveFile",
      { tempFilePath: "string", filePath: "string?" },
      "savedFilePath",
      ({ tempFilePath, filePath }) => ({ savedFilePath: save(tempFilePath, filePath) }),
    ],
  ];
  for (const [name, params, fields, work] of shared) {
    api.async<Shared>(name, params, fields, work);
    manager[name] = api.tt[name];
  }

  api.object("FileSystemManager", Object.keys(manager).join(" "));
  api.object("Stats", "mode size lastAccessedTime lastModifiedTime isDirectory isFile");
  api.sync("getFileSystemManager", Object.keys(manager).join(" "), () => manager);
}

interface Shared {
  filePath: string;
  tempFilePath: string;
  digestAlgorithm?: "md5" | "sha1";
}

function status({ data, modified }: Entry) {
  const seconds = Math.floor(modified / 1000);
  return {
    mode: data ? "33206" : "16822",
    size: data?.length ?? 0,
    lastAccessedTime: seconds,
    lastModifiedTime: seconds,
    isDirectory: () => data === null,
    isFile: () => data !== null,
  };
}
