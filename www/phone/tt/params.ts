/** Checks of what a page passes, in the platform's words. */

/**
 * What a function takes, by name. A type (`"string"`) must be given, one with a question mark
 * (`"number?"`) may be left out; a list names the values that are allowed, the first being meant
 * where it is left out.
 */
export type Params = Record<string, Type | `${Type}?` | readonly string[]>;
type Type = One | `${One}|${One}`;
type One = "string" | "number" | "boolean" | "object" | "array" | "arraybuffer" | "any";

/** A failure as the platform tells it; its message is what stands behind `NAME:fail `. */
export class Failure extends Error {
  readonly errNo: number | undefined;
  readonly errorType: "D" | "U" | "F" | "I";
  /** More fields for `fail`. */
  readonly more: Record<string, unknown>;

  constructor(
    message: string,
    errNo?: number,
    errorType: Failure["errorType"] = "F",
    more: Record<string, unknown> = {},
  ) {
    super(message);
    this.errNo = errNo;
    this.errorType = errorType;
    this.more = more;
  }
}
/** A parameter that is wrong. The number is the platform's. */
export const badParameter = (message: string) => new Failure(message, 20000, "D");
/** A parameter of another type. */
export const wrongType = (name: string, type: string, value: unknown) =>
  badParameter(`params.${name} should be ${type}, but got ${show(value)}`);
/** A scope the user refused. The platform publishes no number; this is the RTC API's. */
export const refused = () => new Failure("auth deny", 10200, "U");
/** A dialogue the user closed. The number is ours. */
export const cancelled = () => new Failure("cancel", 10502, "U");
/** The network let us down. The number is ours. */
export const networkError = (message: string) => new Failure(message, 20100, "F");
/** Something that a browser cannot do. The number is ours. */
export const unsupported = (why: string) => new Failure(`not supported in simulator: ${why}`, 10401, "F");

/** Throws a {@link Failure} at the first parameter that is wrong. */
export function check(params: Params, options: Record<string, unknown>): void {
  for (const [name, rule] of Object.entries(params)) {
    const value = options[name];
    if (typeof rule === "string") {
      const type = rule.replace("?", "");
      if (value === undefined || value === null ? type !== rule : is(type, value)) continue;
      throw wrongType(name, type, value);
    } else if (value !== undefined && !rule.includes(value as string)) {
      const allowed = rule.map((each) => JSON.stringify(each)).join(", ");
      throw badParameter(`expect params.${name} to be one of ${allowed}, but got ${show(value)}`);
    }
  }
}

function is(types: string, value: unknown): boolean {
  return types.split("|").some((type) => isOne(type, value));
}

function isOne(type: string, value: unknown): boolean {
  switch (type) {
    case "any":
      return true;
    case "array":
      return Array.isArray(value);
    case "arraybuffer":
      return value instanceof ArrayBuffer || ArrayBuffer.isView(value);
    case "object":
      return typeof value === "object" && !Array.isArray(value);
    default:
      return typeof value === type;
  }
}

/** As the platform's documentation has it: the value itself, where it is short. */
function show(value: unknown): string {
  if (typeof value !== "object" && typeof value !== "function") return String(value);
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
