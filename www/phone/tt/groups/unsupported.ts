/**
 * What a browser cannot do at all: functions that are there, so that a page's code runs, and fail with
 * a sentence that says why. `coverage.ts` has the sentences.
 */
import { subscription, type Api } from "../api";
import { UNSUPPORTED } from "../coverage";
import { unsupported } from "../../failure";

/** Members of such objects but `onError`, where they are not those of an engine. */
const LOADERS: Readonly<Record<string, string>> = {
  createEventSource: "close onOpen offOpen onMessage offMessage onClose offClose",
  createEffectCameraStream:
    "request play stop dispose paintTo onRequest offRequest onPlay offPlay onStop offStop",
};

export function unsupportedFunctions(api: Api): void {
  for (const [name, [kind, why]] of Object.entries(UNSUPPORTED)) {
    const refuse = (): never => {
      throw unsupported(why);
    };
    if (kind === "async") api.async(name, {}, "", refuse);
    else if (kind === "sync") api.sync(name, "", refuse);
    else if (kind === "event") {
      // Told once: pages listen as often as they are shown.
      let told = false;
      api.sync(name, "", () => {
        if (!told) console.warn(`${name} is never called: ${why}`);
        told = true;
      });
    }
    // An object that tells `onError`, as the platform does with what cannot be loaded.
    else if (kind === "loader") {
      const members = LOADERS[name] ?? "load onLoad";
      api.sync(name, `${members} onError offError`, () => {
        const { on, off, listeners } = subscription();
        const load = (type: string): void => {
          const errMsg = `${name}:fail not supported in simulator: ${why}`;
          setTimeout(() => listeners.emit(Object.assign(new Error(errMsg), { type, errMsg })));
        };
        const made = members
          .split(" ")
          .map((member) => [
            member,
            /^(o(n|ff)[A-Z]|close|stop|dispose)/.test(member) ? () => {} : () => load(member),
          ]);
        // What connects by itself fails by itself.
        if (name === "createEventSource") load("open");
        return { ...Object.fromEntries(made), onError: on, offError: off };
      });
    } else {
      const members =
        "callContainer uploadFile downloadFile deleteFile getTempFileURL connectContainer".split(" ");
      api.sync(name, [...members, "CloudID"].join(" "), (options?: object) => ({
        ...options,
        CloudID: (cloudID: string) => ({ cloudID }),
        ...Object.fromEntries(members.map((member) => [member, api.method(member, {}, refuse)])),
      }));
    }
  }
}
