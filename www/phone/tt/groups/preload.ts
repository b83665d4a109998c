/** `tt.preloadVideo`: the browser keeps what it has fetched. */
import type { Api } from "../api";
import { Failure, networkError } from "../../failure";

export function preload(api: Api): void {
  api.task<{ src: string }, { abort(): void }>(
    "preloadVideo",
    { src: "string" },
    "",
    ({ src }) => {
      const control = new AbortController();
      // As a `<video>` would ask: whose server says nothing of other origins can be played, too.
      const loaded = async (): Promise<void> => {
        try {
          await (await fetch(api.phone.url(src), { mode: "no-cors", signal: control.signal })).arrayBuffer();
        } catch (error) {
          throw control.signal.aborted
            ? new Failure("abort", undefined, "I")
            : networkError((error as Error).message);
        }
      };
      return { task: { abort: () => control.abort() }, result: loaded() };
    },
    () => ({ abort: () => {} }),
  );
}
