/** What the wheels of a picker show in each mode, and what their places mean. */
import type { PickerProps } from "../picker";
import { SITE } from "../../../shared/site";

export interface Columns {
  /** What each column is called to a screen reader. */
  readonly names: readonly string[];
  /** The chosen row of each column. */
  readonly indexes: number[];
  /** The labels of each column; later ones may depend on what is chosen in earlier ones. */
  rows(): string[][];
  /** The user turned a column. */
  turn(column: number, index: number): void;
  /** The detail of `change`. */
  result(): { value: unknown; [key: string]: unknown };
}

/** The columns for a picker's attributes, at `value`. */
export async function columnsOf(props: PickerProps, value: unknown): Promise<Columns> {
  switch (props.mode) {
    case "multiSelector":
      return multiSelector(props, value);
    case "time":
      return time(props, value);
    case "date":
      return date(props, value);
    case "region":
      return region(props, value);
    default:
      return selector(props, value);
  }
}

function label(item: unknown, key: string): string {
  const shown =
    key && typeof item === "object" && item !== null ? (item as Record<string, unknown>)[key] : item;
  return shown === undefined || shown === null ? "" : String(shown);
}

/** The row that a value selects; the first or last one where there is none with its number, such as -1. */
function rowOf(value: unknown, rows: number): number {
  return Math.max(0, Math.min(rows - 1, Number(value) || 0));
}

function selector(props: PickerProps, value: unknown): Columns {
  const indexes = [rowOf(Array.isArray(value) ? value[0] : value, props.range.length)];
  return {
    names: ["1"],
    indexes,
    rows: () => [props.range.map((item) => label(item, props.rangeKey))],
    turn: (column, index) => void (indexes[column] = index),
    result: () => ({ value: indexes[0] }),
  };
}

/** More columns than this the platform ignores. */
const MOST_COLUMNS = 5;

function multiSelector(props: PickerProps, value: unknown): Columns {
  const rows = () =>
    props.range
      .slice(0, MOST_COLUMNS)
      .map((column) => (Array.isArray(column) ? column.map((item) => label(item, props.rangeKey)) : []));
  const given = Array.isArray(value) ? value : [];
  const indexes = rows().map((column, index) => rowOf(given[index], column.length));
  return {
    names: indexes.map((_, index) => String(index + 1)),
    indexes,
    rows,
    turn: (column, index) => void (indexes[column] = index),
    result: () => ({ value: [...indexes] }),
  };
}

/**
 * Columns of numbers of which the later ones are limited at the ends of the earlier: between two
 * dates, or two times.
 */
function numbers(
  names: string[],
  limits: (chosen: number[], column: number) => [first: number, last: number],
  value: number[],
  low: number[],
  high: number[],
  write: (chosen: number[]) => string,
): Columns {
  const chosen: number[] = [];
  const indexes: number[] = [];
  /** The numbers of a column, given what is chosen before it. */
  function range(column: number): number[] {
    let [first, last] = limits(chosen, column);
    const before = chosen.slice(0, column);
    if (before.every((number, at) => number === low[at])) first = Math.max(first, low[column] ?? first);
    if (before.every((number, at) => number === high[at])) last = Math.min(last, high[column] ?? last);
    return Array.from({ length: Math.max(1, last - first + 1) }, (_, at) => first + at);
  }
  function choose(wanted: number[]): void {
    names.forEach((_, column) => {
      const all = range(column);
      const first = all[0] ?? 0;
      chosen[column] = Math.max(first, Math.min(all.at(-1) ?? first, wanted[column] ?? first));
      indexes[column] = chosen[column] - first;
    });
  }
  choose(value);
  return {
    names,
    indexes,
    rows: () => names.map((_, column) => range(column).map((number) => String(number).padStart(2, "0"))),
    turn(column, index) {
      const wanted = [...chosen];
      wanted[column] = range(column)[index] ?? 0;
      choose(wanted);
    },
    result: () => ({ value: write(chosen) }),
  };
}

/** The numbers in a text as `2026-11-24` or `09:30`; empty without any. */
function parts(text: unknown): number[] {
  return (
    String(text ?? "")
      .match(/\d+/g)
      ?.map(Number) ?? []
  );
}

function two(number: number | undefined): string {
  return String(number ?? 0).padStart(2, "0");
}

function time(props: PickerProps, value: unknown): Columns {
  const now = new Date();
  const given = parts(value);
  return numbers(
    ["hour", "minute"],
    (_, column) => (column === 0 ? [0, 23] : [0, 59]),
    given.length > 0 ? given : [now.getHours(), now.getMinutes()],
    parts(props.start),
    parts(props.end),
    ([hour, minute]) => `${two(hour)}:${two(minute)}`,
  );
}

/** The years of a date picker without limits. */
const YEARS: [number, number] = [1900, 2100];

function date(props: PickerProps, value: unknown): Columns {
  const now = new Date();
  const given = parts(value);
  const count = { year: 1, month: 2 }[props.fields] ?? 3;
  return numbers(
    ["year", "month", "day"].slice(0, count),
    ([year = 0, month = 1], column) => {
      if (column === 0) return YEARS;
      return column === 1 ? [1, 12] : [1, new Date(year, month, 0).getDate()];
    },
    given.length > 0 ? given : [now.getFullYear(), now.getMonth() + 1, now.getDate()],
    parts(props.start),
    parts(props.end),
    (chosen) =>
      chosen
        .map((number, column) => (column === 0 ? String(number).padStart(4, "0") : two(number)))
        .join("-"),
  );
}

/** Where the bundle with the names of all places is. */
const REGIONS = `${SITE}regions/main.js`;

/** Provinces, cities and districts; loaded when somebody asks. */
async function region(props: PickerProps, value: unknown): Promise<Columns> {
  const { areaList } = (await import(REGIONS)) as typeof import("../../../regions/main");
  const lists = [areaList.province_list, areaList.city_list, areaList.county_list].map((list) =>
    Object.entries(list),
  );
  const given = Array.isArray(value) ? value.map(String) : [];
  const indexes = [0, 0, 0];
  const any: [string, string][] = props.customItem ? [["", props.customItem]] : [];

  /** Codes and names of a column: of what lies in what is chosen before it. */
  function entries(column: number): [string, string][] {
    const prefix =
      column === 0 ? "" : (entries(column - 1)[indexes[column - 1] ?? 0]?.[0] ?? "").slice(0, 2 * column);
    if (column > 0 && prefix === "") return any;
    return [...any, ...(lists[column] ?? []).filter(([code]) => code.startsWith(prefix))];
  }
  const names = (column: number) => entries(column).map(([, name]) => name);
  given.slice(0, 3).forEach((name, column) => {
    const at = names(column).indexOf(name);
    // Places of a column are given as such when the page changed something while the sheet is open.
    indexes[column] = at >= 0 ? at : /^\d+$/.test(name) ? Number(name) : 0;
  });
  return {
    names: ["province", "city", "district"],
    indexes,
    rows: () => [0, 1, 2].map(names),
    turn(column, index) {
      indexes[column] = index;
      indexes.fill(0, column + 1);
    },
    result() {
      const chosen = [0, 1, 2].flatMap((column) => {
        const entry = entries(column)[indexes[column] ?? 0];
        return entry ? [entry] : [];
      });
      return {
        value: chosen.map(([, name]) => name),
        code: chosen.map(([code]) => code),
        postcode: "",
      };
    },
  };
}
