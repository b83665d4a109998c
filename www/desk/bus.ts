/**
 * Who is told of what. Views are drawn at most once for each frame of the display, however much
 * has happened since: a phone that logs a thousand lines costs one drawing.
 */

/** What a change is about. */
export type Topic =
  | "phones"
  | "settings"
  | "log"
  | "server"
  | "stats"
  | "view"
  /** Phones said that these changed; the desk knows the new ones with the next two. */
  | "pages"
  | "storage"
  | "page data"
  | "stored";

export class Bus {
  #views = new Set<{ topics: ReadonlySet<Topic>; draw: () => void }>();
  #touched = new Set<Topic>();
  #asked = false;

  /** Draws now, and again whenever one of `topics` was touched. The answer stops it. */
  watch(topics: Iterable<Topic>, draw: () => void): () => void {
    const view = { topics: new Set(topics), draw };
    this.#views.add(view);
    draw();
    return () => void this.#views.delete(view);
  }

  touch(...topics: Topic[]): void {
    for (const topic of topics) this.#touched.add(topic);
    if (this.#asked) return;
    this.#asked = true;
    requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#asked = false;
    const touched = this.#touched;
    this.#touched = new Set();
    for (const { topics, draw } of [...this.#views]) {
      if (touched.isDisjointFrom(topics)) continue;
      try {
        draw();
      } catch (error) {
        // One broken view must not take the others with it.
        reportError(error);
      }
    }
  }
}
