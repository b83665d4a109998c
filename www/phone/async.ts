/**
 * How every asynchronous function behaves. What it does begins during the call; `success` or `fail`
 * and then `complete` are called once each, later, never during the call. Without any of the three
 * the function gives a Promise. A callback that throws is reported as any uncaught error is and
 * harms nothing.
 */
import type { Failure } from "./failure";

export interface Callbacks {
  success?(result: Result): void;
  fail?(result: Result): void;
  complete?(result: Result): void;
}
export type Result = Record<string, unknown> & { errMsg: string };
export type Options = Record<string, unknown> & Callbacks;

/** What a call came to, told to `told` as well (for the desk). */
export function settle(
  name: string,
  options: Options,
  work: Promise<unknown>,
  told: (ok: boolean, result: Result) => void,
): Promise<Result> | undefined {
  const outcome = work.then(
    (value) => ({ ok: true, result: { ...(value as object | undefined), errMsg: `${name}:ok` } as Result }),
    (error: unknown) => ({ ok: false, result: failure(name, error) }),
  );
  const [success, fail, complete] = (["success", "fail", "complete"] as const).map((key) =>
    callback(options, key),
  );
  const hasCallback = Boolean(success ?? fail ?? complete);
  const promise = outcome.then(({ ok, result }) => {
    told(ok, result);
    call(ok ? success : fail, options, result);
    call(complete, options, result);
    if (ok || hasCallback) return result;
    console.warn(result.errMsg);
    throw result;
  });
  if (hasCallback) return undefined;
  // A page that wants no answer has left nothing unhandled; it was warned.
  promise.catch(() => {});
  return promise;
}

/** A callback of options, which may be getters that throw: those are none. */
function callback(options: Options, name: keyof Callbacks): unknown {
  try {
    return typeof options[name] === "function" ? options[name] : undefined;
  } catch {
    return undefined;
  }
}

/** What `fail` is given for something thrown. */
function failure(name: string, error: unknown): Result {
  const detail = error instanceof Error ? error.message : String(error);
  const result: Result = { errMsg: detail ? `${name}:fail ${detail}` : `${name}:fail` };
  // The router's errors have numbers too; what it refuses is the page's mistake.
  const { errNo, errorType = "D", more } = (error ?? {}) as Partial<Failure>;
  if (errNo !== undefined) Object.assign(result, { errNo, errorType });
  return Object.assign(result, more);
}

/** Calls what a page gave us, if it is a function. */
export function call(callback: unknown, self: unknown, ...values: unknown[]): void {
  if (typeof callback !== "function") return;
  try {
    Reflect.apply(callback, self, values);
  } catch (error) {
    reportError(error);
  }
}
