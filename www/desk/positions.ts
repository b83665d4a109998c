/** Positions in the project's files: links to them, and finding them in stacks of calls. */
import { html, type TemplateResult } from "lit-html";
import type { SourcePosition } from "../shared/bridge";
import { encodePath } from "../shared/paths";
import { hasServer } from "../shared/secret";
import type { Desk } from "./desk";

/** A link that opens the source at its place; sources are not exported. */
export function positionLink(desk: Desk, at: SourcePosition): TemplateResult {
  const text = `${at.file}:${at.line}`;
  if (!hasServer()) return html`<span class="position">${text}</span>`;
  return html`<a class="position" href=${fileUrl(at)} title="${text}:${at.column}" @click=${(
    event: MouseEvent,
  ) => {
    // With a key held, the browser does what it does with links.
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    desk.openSource(at);
  }}>${text}</a>`;
}

/** The address of a file of the project as it is, or of one that it was built from. */
export function fileUrl({ file, built }: SourcePosition): string {
  return built
    ? `/app/original/${encodePath(built.file)}?file=${encodeURIComponent(file)}`
    : `/app/file/${encodePath(file)}`;
}

/** A stack of calls with links where it names files of the project. */
export function stackText(
  desk: Desk,
  stack: string,
  places: readonly SourcePosition[] = [],
): (string | TemplateResult)[] {
  const parts: (string | TemplateResult)[] = [];
  let end = 0;
  for (const at of places) {
    const text = `${at.file}:${at.line}:${at.column}`;
    const start = stack.indexOf(text, end);
    if (start < 0) continue;
    parts.push(stack.slice(end, start), positionLink(desk, at));
    end = start + text.length;
  }
  parts.push(stack.slice(end));
  return parts;
}
