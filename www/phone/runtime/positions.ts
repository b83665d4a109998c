/**
 * Where in the project's files something happened, read from a stack trace. The compiler leaves
 * every line of a script where it is in the source, so the places of the one are those of the other.
 */
import type { SourcePosition, Stack } from "../../shared/bridge";
import { encodePath } from "../../shared/paths";
import { hasServer } from "../../shared/secret";

/** A place in the traces of Chromium, Firefox and Safari: an address, a line and a column. */
const PLACE = /([^\s()@]+?)(?:\?[^\s():]*)?:(\d+):(\d+)/g;

/** How places in a module's script differ from those in its source. */
export interface Places {
  /** How much its first line has before that of the source. */
  columns: number;
  /** Whether the development server knows better where places of it are. */
  moved: boolean;
}

let placesOf = (_path: string): Places | undefined => undefined;
/** Sets what tells how a module's places differ; it says `undefined` of what is no module. */
export function setModules(places: (path: string) => Places | undefined): void {
  placesOf = places;
}

/** The uppermost place of the project's code in a stack trace. */
export function positionOf(stack: string | undefined): SourcePosition | null {
  for (const [, address = "", line, column] of (stack ?? "").matchAll(PLACE)) {
    const file = pathOf(address);
    if (file !== undefined) return place(file, Number(line), Number(column));
  }
  return null;
}

/** A stack trace in which the places of the project's code are those of the files that were written. */
export function readStack(stack: string): Stack {
  const places: SourcePosition[] = [];
  const text = stack.replace(PLACE, (whole: string, address: string, line: string, column: string) => {
    const file = pathOf(address);
    if (file === undefined) return whole;
    const at = place(file, Number(line), Number(column));
    places.push(at);
    return `${at.file}:${at.line}:${at.column}`;
  });
  return { stack: text, places };
}

/** Where the project's code is that called what calls this. */
export function callerPosition(): SourcePosition | null {
  return positionOf(stackHere());
}

/** The stack trace of what calls this; more than the ten frames that Chromium keeps: a library may stand between. */
export function stackHere(): string {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const { stack = "" } = new Error();
  Error.stackTraceLimit = limit;
  return stack;
}

/** The path of a module, by its address or by the name that it gives itself. */
function pathOf(address: string): string | undefined {
  const served = /\/app\/module\/(.+)\.js$/.exec(address)?.[1];
  const path = decoded(served ?? address.replace(location.origin, "").replace(/^\/(?:phone\/)?/, ""));
  return placesOf(path) === undefined ? undefined : path;
}

/** Not every address is one that was encoded. */
function decoded(address: string): string {
  try {
    return decodeURIComponent(address);
  } catch {
    return address;
  }
}

/** The first line of a script has more than that of the source. */
function place(file: string, line: number, column: number): SourcePosition {
  const { columns = 0, moved = false } = placesOf(file) ?? {};
  const at = { file, line, column: Math.max(1, column - (line === 1 ? columns : 0)) };
  return moved ? original(at) : at;
}

const originals = new Map<string, SourcePosition>();

/**
 * Where a place is in the file that was written. Asked for at once, since the order of what a phone
 * tells must stay; each place costs one short wait, and only in scripts that were changed or built.
 */
function original(at: SourcePosition): SourcePosition {
  const { file, line, column } = at;
  if (!hasServer()) return at;
  const address = `/app/position/${encodePath(file)}?line=${line}&column=${column}`;
  let found = originals.get(address);
  if (found) return found;
  try {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.send();
    found = request.status === 200 ? (JSON.parse(request.responseText) as SourcePosition) : at;
  } catch {
    // The development server is away.
    return at;
  }
  originals.set(address, found);
  return found;
}

/** The places of scripts that changed may be others. */
export function forgetOriginals(): void {
  originals.clear();
}

declare global {
  interface ErrorConstructor {
    /** Chromium's and Safari's; elsewhere without effect. */
    stackTraceLimit?: number;
  }
}
