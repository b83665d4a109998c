/**
 * Where in the project's files something happened, read from a stack trace. The compiler leaves
 * every line of a script where it is in the source, so the places of the one are those of the other.
 */
import type { SourcePosition } from "../../shared/bridge";
import { SCOPE } from "../../shared/project";

/** A place in the traces of Chromium, Firefox and Safari: an address, a line and a column. */
const PLACE = /([^\s()@]+?)(?:\?[^\s():]*)?:(\d+):(\d+)/g;

let knows = (_path: string): boolean => false;
/** Sets what tells whether a path is that of a module of the project. */
export function setModules(isModule: (path: string) => boolean): void {
  knows = isModule;
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
  const path = decodeURI(served ?? address.replace(location.origin, "").replace(/^\/(?:phone\/)?/, ""));
  return knows(path) ? path : undefined;
}

/** The first line of a script has more than that of the source. */
function place(file: string, line: number, column: number): SourcePosition {
  const added = line === 1 ? `__define(${JSON.stringify(file)}, function (${SCOPE.join(", ")}) {`.length : 0;
  return { file, line, column: Math.max(1, column - added) };
}

declare global {
  interface ErrorConstructor {
    /** Chromium's and Safari's; elsewhere without effect. */
    stackTraceLimit?: number;
  }
}
