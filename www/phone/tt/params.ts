/** Checks of what a page passes, in the platform's words. */
import { badParameter, show, wrongType } from "../failure";

/**
 * What a function takes, by name. A type (`"string"`) must be given, one with a question mark
 * (`"number?"`) may be left out; a list names the values that are allowed, the first being meant
 * where it is left out.
 */
export type Params = Record<string, Type | `${Type}?` | readonly string[]>;
type Type = One | `${One}|${One}`;
type One = "string" | "number" | "boolean" | "object" | "array" | "arraybuffer" | "any";

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
