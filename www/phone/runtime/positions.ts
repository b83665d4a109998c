/**
 * Where in the project's files something happened, read from a stack trace. The compiler leaves
 * every line of a script where it is in the source, so the places of the one are those of the other.
 */
import type { SourcePosition } from "../../shared/bridge";

/** A place in the traces of Chromium, Firefox and Safari: an address, a line and a column. */
const PLACE = /([^\s()@]+?)(?:\?[^\s():]*)?:(\d+):(\d+)/g;

let columnsOf = (_path: string): number | undefined => undefined;
/** Sets what tells how much a module's first line has before that of its source; `undefined` of what is no module. */
export function setModules(columns: (path: string) => number | undefined): void {
  columnsOf = columns;
}

/** The uppermost place of the project's code in a stack trace. */
export function positionOf(stack: string | undefined): SourcePosition | null {
  for (const [, address = "", line, column] of (stack ?? "").matchAll(PLACE)) {
    const file = pathOf(address);
    if (file !== undefined) return place(file, Number(line), Number(column));
  }
  return null;
}

/** Where the project's code is that called what calls this. */
export function callerPosition(): SourcePosition | null {
  // More than the ten frames that Chromium keeps: a library may stand between.
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 30;
  const { stack } = new Error();
  Error.stackTraceLimit = limit;
  return positionOf(stack);
}

/** The path of a module, by its address or by the name that it gives itself. */
function pathOf(address: string): string | undefined {
  const served = /\/app\/module\/(.+)\.js$/.exec(address)?.[1];
  const path = decoded(served ?? address.replace(location.origin, "").replace(/^\/(?:phone\/)?/, ""));
  return columnsOf(path) === undefined ? undefined : path;
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
  const added = line === 1 ? (columnsOf(file) ?? 0) : 0;
  return { file, line, column: Math.max(1, column - added) };
}

declare global {
  interface ErrorConstructor {
    /** Chromium's and Safari's; elsewhere without effect. */
    stackTraceLimit?: number;
  }
}
