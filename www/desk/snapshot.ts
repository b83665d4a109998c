/** What the desk last heard of something in a phone, asked for anew when it changed. */
export class Snapshot<T> {
  value: T;
  readonly #empty: T;
  readonly #ask: () => Promise<T>;
  readonly #changed: () => void;
  #asking = false;
  #again = false;

  /** @param ask rejects while the phone does not run; `empty` is what there is then */
  constructor(empty: T, ask: () => Promise<T>, changed: () => void) {
    this.value = empty;
    this.#empty = empty;
    this.#ask = ask;
    this.#changed = changed;
  }

  /** One question at a time, however often something changes meanwhile. */
  async refresh(): Promise<void> {
    this.#again = true;
    if (this.#asking) return;
    this.#asking = true;
    while (this.#again) {
      this.#again = false;
      this.value = await this.#ask().catch(() => this.#empty);
      this.#changed();
    }
    this.#asking = false;
  }
}
