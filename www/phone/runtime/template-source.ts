/**
 * Where something stands in the TTML of a component. Compiled templates have no places: what a phone
 * finds wrong only when it runs is looked up in the source.
 */
import { encodePath, joinPath } from "../../shared/paths";
import type { SourcePosition } from "../../shared/bridge";
import { hasServer } from "../../shared/secret";

/** A place, the line there and the text of the whole file. */
export interface Found {
  at: SourcePosition;
  line: string;
  text: string;
}

/** The files that a template imports or includes, as written. */
const IMPORTS = /<(?:import|include)\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)/g;

/**
 * Where the first of these patterns that there is stands in a component's template or in those that
 * it imports; the template's first line if there is none.
 */
export async function findInTemplate(component: string, ...patterns: RegExp[]): Promise<Found> {
  const files = [`${component}.ttml`];
  const texts: string[] = [];
  for (const file of files) {
    const text = await read(file);
    texts.push(text);
    for (const [, source = ""] of text.matchAll(IMPORTS)) {
      const path = joinPath(file, source).replace(/(\.ttml)?$/, ".ttml");
      if (!files.includes(path)) files.push(path);
    }
  }
  for (const pattern of patterns) {
    const found = texts.findIndex((text) => pattern.test(text));
    const text = texts[found];
    if (text !== undefined) return { ...place(files[found] ?? "", text, text.search(pattern)), text };
  }
  return { at: { file: `${component}.ttml`, line: 1, column: 1 }, line: "", text: texts[0] ?? "" };
}

/** A call from a compiled template in a stack trace. */
const CALL = /(https?:\/\/[^\s()@]+\/app\/template\/([^\s()@?]+)\.js[^\s()@]*):(\d+):(\d+)/;
/** What the compiler wrote into a list's call: where the list stands in the source. */
const MARK = /\/\*@([^*:]+):(\d+):(\d+)\*\//g;

/** Where the list stands that a compiled template was rendering when this stack trace was taken. */
export async function listIn(stack: string): Promise<Found | undefined> {
  const [, address, , line, column] = CALL.exec(stack) ?? [];
  if (address === undefined) return undefined;
  const response = await fetch(address).catch(() => undefined);
  const code = response?.ok ? await response.text() : "";
  const lines = code.split("\n");
  MARK.lastIndex = lines.slice(0, Number(line) - 1).join("\n").length + Number(column) - 1;
  const [, path, row, start] = MARK.exec(code) ?? [];
  if (path === undefined) return undefined;
  const file = decodeURIComponent(path);
  const text = await read(file);
  return {
    at: { file, line: Number(row), column: Number(start) },
    line: text.split("\n")[Number(row) - 1] ?? "",
    text,
  };
}

/** The component whose compiled template was rendering when this stack trace was taken. */
export function renderingIn(stack: string): string | undefined {
  const name = CALL.exec(stack)?.[2];
  return name === undefined ? undefined : decodeURIComponent(name);
}

/** A text as a pattern of itself. */
export function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A file without its comments, which keep their room. Nothing where no sources are: they are not exported. */
async function read(file: string): Promise<string> {
  if (!hasServer()) return "";
  const response = await fetch(`/app/file/${encodePath(file)}`).catch(() => undefined);
  const text = response?.ok ? await response.text() : "";
  return text.replace(/<!--[\s\S]*?-->/g, (comment) => comment.replace(/[^\n]/g, " "));
}

function place(file: string, text: string, index: number): { at: SourcePosition; line: string } {
  const before = text.slice(0, index).split("\n");
  const column = Array.from(before.at(-1) ?? "").length + 1;
  return { at: { file, line: before.length, column }, line: text.split("\n")[before.length - 1] ?? "" };
}
