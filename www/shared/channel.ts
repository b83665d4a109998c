/**
 * Functions of each other that two pages call over a `MessagePort`. What the other side sends is
 * data and nothing else; whoever does not trust it looks at arguments and answers before they are
 * used: both are `unknown` here.
 *
 * A message is `{ call, args, id? }`, and if it has an `id`, it is answered by `{ answer: id, value }`
 * or `{ answer: id, error: { message, stack } }`.
 */

/** The other side is gone or does not answer: the request may have been right. */
export class Gone extends Error {
  override readonly name = "Gone";
}
/** The function of the other side threw: its message and stack. */
export class Refused extends Error {
  override readonly name = "Refused";

  constructor(message: string, stack: string) {
    super(message);
    this.stack = stack;
  }
}

/** How long an answer may take if nothing else is said, in milliseconds. */
const PATIENCE = 10_000;

export type Arguments<Theirs, K extends keyof Theirs> = Theirs[K] extends (...args: infer A) => unknown
  ? A
  : never;

interface Waiting {
  resolve: (value: unknown) => void;
  reject: (error: Error) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** One end. `Theirs` is what the other side offers. */
export class Channel<Theirs> {
  readonly #port: MessagePort;
  readonly #handle: (name: string, args: readonly unknown[]) => unknown;
  readonly #wrong: (error: unknown) => void;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #closed = false;

  /**
   * @param handle does what the other side asks; throws if there is no such function, or if its arguments are wrong
   * @param wrong hears of messages that are none, and of what `handle` threw where nobody waits for an answer
   */
  constructor(
    port: MessagePort,
    handle: (name: string, args: readonly unknown[]) => unknown,
    wrong: (error: unknown) => void,
  ) {
    this.#port = port;
    this.#handle = handle;
    this.#wrong = wrong;
    port.onmessage = ({ data }: MessageEvent<unknown>) => this.#take(data);
    port.onmessageerror = () => wrong(new TypeError("a message could not be read"));
  }

  /** Calls a function and waits for its answer: rejects with {@link Gone} or {@link Refused}. `patience` is in milliseconds. */
  ask<K extends keyof Theirs & string>(
    name: K,
    args: Arguments<Theirs, K>,
    patience = PATIENCE,
  ): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Gone("the page is gone"));
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      this.#port.postMessage({ call: name, args, id });
      const late = (): void =>
        this.#settle(id, ({ reject }) => reject(new Gone(`no answer within ${patience / 1000} s`)));
      this.#waiting.set(id, { resolve, reject, timer: setTimeout(late, patience) });
    });
  }

  /** Calls a function whose answer nobody wants. */
  tell<K extends keyof Theirs & string>(name: K, ...args: Arguments<Theirs, K>): void {
    this.#port.postMessage({ call: name, args });
  }

  /** Ends it; what was not answered is rejected. */
  close(): void {
    this.#closed = true;
    this.#port.close();
    for (const id of [...this.#waiting.keys()])
      this.#settle(id, ({ reject }) => reject(new Gone("the page is gone")));
  }

  #take(data: unknown): void {
    // What was under way when it was closed still arrives.
    if (this.#closed) return;
    const { call, args, id, answer, value, error } = Object(data) as Record<string, unknown>;
    if (typeof call === "string" && Array.isArray(args)) void this.#called(call, args, id);
    else if (typeof answer === "number")
      this.#settle(answer, ({ resolve, reject }) =>
        error === undefined ? resolve(value) : reject(refused(error)),
      );
    else this.#wrong(new TypeError("a message is neither a call nor an answer"));
  }

  async #called(name: string, args: unknown[], id: unknown): Promise<void> {
    try {
      const value = await this.#handle(name, args);
      if (typeof id === "number") this.#port.postMessage({ answer: id, value });
    } catch (error) {
      if (typeof id === "number") this.#port.postMessage({ answer: id, error: textsOf(error) });
      else this.#wrong(error);
    }
  }

  /** The first answer counts. */
  #settle(id: number, how: (waiting: Waiting) => void): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    how(waiting);
  }
}

/** What of an error is kept, in characters. */
const LONGEST = 10_000;

function refused(error: unknown): Refused {
  const { message, stack } = Object(error) as Record<string, unknown>;
  const text = (value: unknown): string => (typeof value === "string" ? value.slice(0, LONGEST) : "");
  return new Refused(text(message) || "no reason given", text(stack));
}

function textsOf(error: unknown): { message: string; stack: string } {
  if (error instanceof Error) return { message: error.message, stack: error.stack ?? "" };
  return { message: String(error), stack: "" };
}
