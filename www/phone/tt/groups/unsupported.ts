/**
 * What a browser cannot do at all: functions that are there, so that a page's code runs, and fail with
 * a sentence that says why. `coverage.ts` has the sentences.
 */
import { subscription, type Api } from "../api";
import { UNSUPPORTED } from "../coverage";
import { unsupported } from "../params";

export function unsupportedFunctions(api: Api): void {
  for (const [name, [kind, why]] of Object.entries(UNSUPPORTED)) {
    const refuse = (): never => {
      throw unsupported(why);
    };
    if (kind === "async") api.async(name, {}, "", refuse);
    else if (kind === "sync") api.sync(name, "", refuse);
    else if (kind === "event")
      api.event(name.slice(2), "", (size) => size > 0 && console.warn(`${name} is never called: ${why}`), {
        off: false,
      });
    // An object whose `load` tells `onError`, as the platform does with what cannot be loaded.
    else if (kind === "loader") {
      api.sync(name, "load onLoad onError", () => {
        const { on, listeners } = subscription();
        const load = (): void =>
          void setTimeout(() => listeners.emit(new Error(`${name}:fail not supported in simulator: ${why}`)));
        return { load, onLoad: () => {}, onError: on };
      });
    } else {
      const members = "callContainer uploadFile downloadFile deleteFile getTempFileURL connectContainer".split(" ");
      api.sync(name, [...members, "CloudID"].join(" "), (options?: object) => ({
        ...options,
        CloudID: (cloudID: string) => ({ cloudID }),
        ...Object.fromEntries(members.map((member) => [member, api.method(member, {}, refuse)])),
      }));
    }
  }
}
