/**
 * Where in the project's files something happened, read from a stack trace. Modules are served with
 * their lines as they are in the source, so a place in the script is a place in the file; where a
 * script brings a source map, the map decides.
 */
import type { SourcePosition } from "../../shared/bridge";
import { mapped } from "./source-map";

/** A frame of a module, in the traces of Chromium, Firefox and Safari. */
const FRAME = /\/app\/(?:module|template)\/([^\s?):]+)(?:\?[^\s:)]*)?:(\d+)(?::(\d+))?/;

/** The uppermost place of the project's code in a stack trace. */
export function positionOf(stack: string | undefined): SourcePosition | null {
  const match = FRAME.exec(stack ?? "");
  if (!match) return null;
  const [, path = "", line = "1", column = "1"] = match;
  // The script of `a.ts` is `a.ts.js`.
  return mapped(decodeURI(path).replace(/\.js$/, ""), Number(line), Number(column));
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

declare global {
  interface ErrorConstructor {
    /** Chromium's and Safari's; elsewhere without effect. */
    stackTraceLimit?: number;
  }
}
