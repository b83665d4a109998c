/** Reads what a path of a page means: a file of the phone, or one of the project's. */
import type { Phone } from "../../phone";
import { FileTree } from "../store/files";

/**
 * The bytes of a file, at once. A file of the project is fetched while everything waits: the platform
 * has it at hand, and functions whose names end in `Sync` must too.
 */
export function readFile(phone: Phone, path: string, verb = "open"): Uint8Array<ArrayBuffer> {
  if (FileTree.owns(path)) {
    const entry = phone.store.files.find(path);
    if (!entry) throw new Error(`no such file or directory, ${verb} ${path}`);
    if (!entry.data) throw new Error(`illegal operation on a directory, ${verb} ${path}`);
    return entry.data;
  }
  if (/^[a-z]+:/i.test(path)) throw new Error(`permission denied, ${verb} ${path}`);
  const request = new XMLHttpRequest();
  request.open("GET", phone.url(path.startsWith("/") ? path : `/${path.replace(/^\.\//, "")}`), false);
  // The only way to get bytes from a request that waits.
  request.overrideMimeType("text/plain; charset=x-user-defined");
  try {
    request.send();
  } catch {
    throw new Error(`no such file or directory, ${verb} ${path}`);
  }
  if (request.status !== 200) throw new Error(`no such file or directory, ${verb} ${path}`);
  return Uint8Array.from(request.responseText, (character) => character.charCodeAt(0) & 0xff);
}

/** Text behind the last dot of a path's last part, in lower case. */
export function extensionOf(path: string): string {
  return /\.([a-z0-9]{1,5})(?:[?#].*)?$/i.exec(path)?.[1]?.toLowerCase() ?? "";
}
