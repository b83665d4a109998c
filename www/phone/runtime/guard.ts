/**
 * Stops `setData` that never ends: in a loop, in an observer of what it sets, in promises that set
 * again. A browser's tab cannot be stopped from outside, so the call that is too many throws.
 */

/** Calls on one instance without a pause in which anything else can happen. */
const CALLS = 5_000;
/** Calls on one instance within each other. */
const DEPTH = 60;
/** Callbacks in a row that each set data with a callback. */
const CHAIN = 1_000;

interface Count {
  task: number;
  calls: number;
  depth: number;
}

export class Guard {
  #task = 0;
  #pausing = false;
  readonly #counts = new WeakMap<object, Count>();
  readonly #channel = new MessageChannel();
  #queue: { run: () => void; chain: number }[] = [];
  /** How many callbacks led to the one that runs. */
  #chain = 0;
  readonly #endless: (message: string) => void;
  #warned = false;

  /** `endless` is told once about each kind of loop. */
  constructor(endless: (message: string) => void) {
    this.#endless = endless;
    this.#channel.port1.onmessage = () => {
      this.#pausing = false;
      this.#task += 1;
      const queue = this.#queue;
      this.#queue = [];
      for (const { run, chain } of queue) {
        this.#chain = chain;
        run();
      }
      this.#chain = 0;
    };
  }

  /** Runs an update of an instance, or throws because there were too many. */
  run(instance: object, update: () => void): void {
    const count = this.#counts.get(instance) ?? { task: this.#task, calls: 0, depth: 0 };
    this.#counts.set(instance, count);
    if (count.task !== this.#task) {
      count.task = this.#task;
      count.calls = 0;
    }
    count.calls += 1;
    if (count.calls > CALLS || count.depth >= DEPTH) {
      const message =
        count.depth >= DEPTH
          ? `setData calls itself without end: ${DEPTH} calls within each other, from an observer of what it sets`
          : `setData is called without end: ${CALLS} times without a pause`;
      if (count.calls === CALLS + 1 || count.depth >= DEPTH) this.#endless(message);
      // Whatever loops is to get nowhere for the rest of the task.
      count.calls = CALLS + 1;
      throw new Error(message);
    }
    this.#pause();
    count.depth += 1;
    try {
      update();
    } finally {
      count.depth -= 1;
    }
  }

  /** Runs a callback of `setData` when the page shows the change; in the order of the calls. */
  later(run: () => void): void {
    const chain = this.#chain + 1;
    if (chain > CHAIN) {
      if (!this.#warned) this.#endless(`${CHAIN} callbacks of setData in a row each called setData again`);
      this.#warned = true;
      // It may be an animation: it goes on at the pace of one.
      setTimeout(run, 16);
      return;
    }
    this.#queue.push({ run, chain });
    this.#pause();
  }

  #pause(): void {
    if (this.#pausing) return;
    this.#pausing = true;
    this.#channel.port2.postMessage(null);
  }
}
