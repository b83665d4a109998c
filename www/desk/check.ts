/**
 * Readers of data that somebody else sent. A {@link Reader} gives a copy of what it expects, with
 * nothing else in it and no longer than it allows, or throws {@link Malformed}.
 */

/** Something is not what it should be; the message says where. */
export class Malformed extends Error {
  override readonly name = "Malformed";
}

export type Reader<T> = (value: unknown) => T;

/** A text; of a longer one its first `most` characters. */
export const text =
  (most = 10_000): Reader<string> =>
  (value) => {
    if (typeof value !== "string") throw new Malformed(`not a text: ${kindOf(value)}`);
    return value.slice(0, most);
  };

/** A finite number. */
export const number: Reader<number> = (value) => {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new Malformed(`not a number: ${kindOf(value)}`);
  return value;
};

export const boolean: Reader<boolean> = (value) => {
  if (typeof value !== "boolean") throw new Malformed(`neither true nor false: ${kindOf(value)}`);
  return value;
};

/** A number from `least` to `most`; one beyond is the nearest of them. */
export const within =
  (least: number, most: number): Reader<number> =>
  (value) =>
    Math.min(most, Math.max(least, number(value)));

export const oneOf =
  <const T extends readonly unknown[]>(...values: T): Reader<T[number]> =>
  (value) => {
    if (!values.includes(value)) throw new Malformed(`none of ${values.join(", ")}`);
    return value;
  };

export const nullable =
  <T>(read: Reader<T>): Reader<T | null> =>
  (value) =>
    value === null ? null : read(value);

export const optional =
  <T>(read: Reader<T>): Reader<T | undefined> =>
  (value) =>
    value === undefined ? undefined : read(value);

/** A list; of a longer one its first `most` parts. */
export const list =
  <T>(read: Reader<T>, most: number): Reader<T[]> =>
  (value) => {
    if (!Array.isArray(value)) throw new Malformed(`not a list: ${kindOf(value)}`);
    return Array.from(value.slice(0, most), read);
  };

/** An object with any names, of which the first `most` count. */
export const record =
  <T>(read: Reader<T>, most: number): Reader<Record<string, T>> =>
  (value) =>
    Object.fromEntries(
      Object.entries(plain(value))
        .slice(0, most)
        .map(([name, part]) => [name.slice(0, 1_000), read(part)]),
    );

/** An object with these fields; what is `undefined` is left out. */
export const object =
  <T extends object>(fields: { [K in keyof T]-?: Reader<T[K]> }): Reader<T> =>
  (value) => {
    const given = plain(value);
    const result: Record<string, unknown> = {};
    for (const [name, read] of Object.entries(fields) as [string, Reader<unknown>][]) {
      // What is not there is not looked for in the prototype.
      const part = at(name, read, Object.hasOwn(given, name) ? given[name] : undefined);
      if (part !== undefined) result[name] = part;
    }
    return result as T;
  };

/** The same, of which every field may be left out. */
export const partial = <T extends object>(fields: { [K in keyof T]-?: Reader<T[K]> }): Reader<Partial<T>> =>
  object<Partial<T>>(
    Object.fromEntries(
      Object.entries(fields).map(([name, read]) => [name, optional(read as Reader<unknown>)]),
    ) as { [K in keyof T]-?: Reader<T[K] | undefined> },
  );

function at(name: string, read: Reader<unknown>, value: unknown): unknown {
  try {
    return read(value);
  } catch (error) {
    throw new Malformed(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function plain(value: unknown): Record<string, unknown> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Malformed(`not an object: ${kindOf(value)}`);
  return value as Record<string, unknown>;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
}
