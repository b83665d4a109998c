/** What goes wrong for a page, in the platform's words. */

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

/** As the platform's documentation has it: the value itself, where it is short. */
export function show(value: unknown): string {
  if (typeof value !== "object" && typeof value !== "function") return String(value);
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
}
