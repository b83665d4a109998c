/** A number over the last minute as a small line, with its last value in words. */
import { html, svg, type TemplateResult } from "lit-html";
import { KEPT } from "./monitor";

const WIDTH = 110;
const HEIGHT = 24;

/**
 * @param values oldest first; null where it is not known
 * @param least the top of the scale is at least this, so that noise stays low
 */
export function sparkline(
  label: string,
  values: readonly (number | null)[],
  words: (value: number) => string,
  least: number,
): TemplateResult {
  const known = values.filter((value) => value !== null);
  const last = values.at(-1) ?? null;
  if (known.length === 0) return html`<span class="spark none">–</span>`;
  const top = Math.max(least, ...known);
  const x = (index: number): number => WIDTH - (values.length - 1 - index) * (WIDTH / (KEPT - 1));
  const y = (value: number): number => HEIGHT - 1.5 - (value / top) * (HEIGHT - 3);
  // Where a value is not known the line is interrupted.
  let path = "";
  let drawing = false;
  values.forEach((value, index) => {
    if (value !== null) path += `${drawing ? "L" : "M"}${x(index).toFixed(1)} ${y(value).toFixed(1)}`;
    drawing = value !== null;
  });
  const text = last === null ? "–" : words(last);
  return html`<span class="spark" role="img" aria-label="${label}: ${text}" title="${label}: ${text} (≤ ${words(Math.max(...known))})">
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<path d=${path}/>`}
    </svg><span class="spark-value">${text}</span></span>`;
}
