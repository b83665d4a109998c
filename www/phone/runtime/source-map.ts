/**
 * Places in compiled modules, translated to the source by the map that a module brings along as a
 * data address. Maps are kept as texts and read when the first place in their module is asked for.
 */
import type { SourcePosition } from "../../shared/bridge";

interface SourceMap {
  sources: string[];
  mappings: string;
}
/** Generated column, source, line and column (all from 0). */
type Segment = [number, number, number, number];

const texts = new Map<string, string>();
const maps = new Map<string, { sources: string[]; lines: Segment[][] }>();

/** Keeps the map of a module. */
export function keepSourceMap(path: string, json: string): void {
  texts.set(path, json);
  maps.delete(path);
}

/** A place in a module's script (line and column from 1) as a place in the source. */
export function mapped(path: string, line: number, column: number): SourcePosition {
  const map = read(path);
  const segments = map?.lines[line - 1];
  if (!map || !segments) return { file: path, line, column };
  const segment = segments.findLast(([generated]) => generated <= column - 1) ?? segments[0];
  if (!segment) return { file: path, line, column };
  return { file: map.sources[segment[1]] ?? path, line: segment[2] + 1, column: segment[3] + 1 };
}

function read(path: string): { sources: string[]; lines: Segment[][] } | undefined {
  const known = maps.get(path);
  const text = texts.get(path);
  if (known || text === undefined) return known;
  try {
    const { sources, mappings } = JSON.parse(text) as SourceMap;
    const map = { sources, lines: decode(mappings) };
    maps.set(path, map);
    return map;
  } catch {
    // A map that cannot be read is none.
    texts.delete(path);
    return undefined;
  }
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** The format of source maps: segments of differences in base64 digits of five bits and "more". */
function decode(mappings: string): Segment[][] {
  let source = 0;
  let line = 0;
  let column = 0;
  return mappings.split(";").map((text) => {
    let generated = 0;
    const segments: Segment[] = [];
    for (const part of text.split(",")) {
      const values = numbers(part);
      if (values.length < 4) continue;
      generated += values[0] ?? 0;
      source += values[1] ?? 0;
      line += values[2] ?? 0;
      column += values[3] ?? 0;
      segments.push([generated, source, line, column]);
    }
    return segments;
  });
}

function numbers(text: string): number[] {
  const values: number[] = [];
  let value = 0;
  let shift = 0;
  for (const character of text) {
    const digit = DIGITS.indexOf(character);
    value += (digit & 31) << shift;
    if (digit & 32) {
      shift += 5;
    } else {
      values.push(value & 1 ? -(value >>> 1) : value >>> 1);
      value = 0;
      shift = 0;
    }
  }
  return values;
}
