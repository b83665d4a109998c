/** Listeners by event, as `Phone.on` and `Phone.emit` offer them. */

export class Emitter<Events> {
  readonly #listeners = new Map<keyof Events, Set<(payload: never) => void>>();
  readonly #failed: (error: unknown) => void;

  /** `failed` takes what a listener throws: the others are called all the same. */
  constructor(failed: (error: unknown) => void) {
    this.#failed = failed;
  }

  on<K extends keyof Events>(event: K, listener: (payload: Events[K]) => void): () => void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  emit<K extends keyof Events>(event: K, payload: Events[K]): void {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) {
      try {
        (listener as (payload: Events[K]) => void)(payload);
      } catch (error) {
        this.#failed(error);
      }
    }
  }
}
