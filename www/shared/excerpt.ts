/** The part of a line that is shown of a problem in it. */

/** The most characters of a line that are shown: lines of minified code have a million. */
export const EXCERPT = 100;

/** What is shown of a line for a column (from 1, in characters); the compiler does the same. */
export function excerptOf(line: string, column: number): { excerpt: string; excerptColumn: number } {
  const characters = Array.from(line.trimEnd());
  const at = column - 1;
  const start = at < (EXCERPT * 3) / 4 ? 0 : at - EXCERPT / 2;
  return { excerpt: characters.slice(start, start + EXCERPT).join(""), excerptColumn: start + 1 };
}
