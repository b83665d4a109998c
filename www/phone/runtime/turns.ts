/**
 * Stops loops that never end. Phones share one thread: a loop of one would freeze all, and the desk,
 * and a browser can stop it only with the window. So the compiler has loops that may never end ask
 * here now and then, and the one that asks when nothing else could happen for seconds throws.
 *
 * What counts is the time since the browser last got to anything else, so a loop that waits
 * (`await`) for something to happen may go on for ever, as may one of a generator that yields.
 */

/** How long nothing else may happen, in milliseconds. */
const LIMIT = 5_000;
/** The most that counts between two looks, in milliseconds: a stop in the debugger is no loop. */
const MOST = 250;

export class Turns {
  readonly #now: () => number;
  readonly #channel = new MessageChannel();
  /** When this was last asked; nothing after the browser got to something else. */
  #last: number | undefined;
  #spent = 0;
  /** Turns until the next look: so many that looking costs nothing. */
  #step = 1_000;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#channel.port1.onmessage = () => {
      this.#last = undefined;
    };
  }

  /** After how many turns of a loop to ask again; throws if there were enough. */
  readonly ask = (): number => {
    const now = this.#now();
    if (this.#last === undefined) {
      this.#spent = 0;
      this.#channel.port2.postMessage(null);
    }
    const since = Math.min(MOST, now - (this.#last ?? now));
    this.#last = now;
    this.#spent += since;
    // For the rest of the task, also to a loop around the one that was stopped.
    if (this.#spent > LIMIT)
      throw new Error(`a loop ran for more than ${LIMIT / 1_000} s: does it never end?`);
    if (since < 2) this.#step = Math.min(this.#step * 2, 1_000_000);
    else if (since > 20) this.#step = Math.max(this.#step >> 2, 1);
    return this.#step;
  };

  close(): void {
    this.#channel.port1.close();
  }
}

declare global {
  var __turns: () => number;
}
