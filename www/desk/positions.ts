/** Positions in the project's files: links to them, and finding them in stacks of calls. */
import { html, type TemplateResult } from "lit-html";
import type { SourcePosition } from "../shared/bridge";
import { encodePath } from "../shared/paths";
import type { Desk } from "./desk";

/** A link that opens the source at its place. */
export function positionLink(desk: Desk, at: SourcePosition): TemplateResult {
  const text = `${at.file}:${at.line}`;
  return html`<a class="position" href=${fileUrl(at)} title="${text}:${at.column}" @click=${(event: MouseEvent) => {
    // With a key held, the browser does what it does with links.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    desk.openSource(at);
  }}>${text}</a>`;
}

/** The address of a file of the project as it is, or of one that it was built from. */
export function fileUrl({ file, built }: SourcePosition): string {
  return built ? `/app/original/${encodePath(built.file)}?file=${encodeURIComponent(file)}` : `/app/file/${encodePath(file)}`;
}

/** Places of compiled modules and of sources, as they stand in a stack. */
const PLACE = /(?:https?:\/\/[^\s()]*?\/app\/(?:module|file)\/)?((?:[\w@.-]+\/)*[\w@.-]+\.(?:jsx?|tsx?|mjs|sjs|ttml|json))(?:\?[^\s:()]*)?:(\d+):(\d+)/g;

/** A stack of calls with links where it names files of the project. */
export function stackText(desk: Desk, stack: string): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const match of stack.matchAll(PLACE)) {
    const [whole, found = "", line, column] = match;
    const before = stack[match.index - 1];
    // Part of a longer address: a file of the simulator, not of the project.
    if (before === "/" || before === ":") continue;
    // A compiled module has the name of its source with `.js` behind.
    const file = found.replace(/\.(ts|sjs)\.js$/, ".$1");
    parts.push(stack.slice(end, match.index), positionLink(desk, { file, line: Number(line), column: Number(column) }));
    end = match.index + whole.length;
  }
  parts.push(stack.slice(end));
  return parts;
}
