/**
 * The RTC API of a phone: loads the library from `/pkg/`, gives it the phone's devices and network,
 * and puts `createRtcRoomContext` into `tt`.
 *
 * - `devices` stands in for the browser's cameras and microphones, with the phone's permissions.
 * - `fake` makes a picture and a tone where there are no devices.
 * - `recorder` tells the desk what passes between a page and its context.
 * - `stats` measures what flows.
 * - `connections` tells the desk of connections that are lost and come back.
 */
import type { CallControl, Phone } from "../phone";
import { watchConnections } from "./connections";
import { networkOf } from "../network";
import { PhoneDevices } from "./devices";
import { Recorder } from "./recorder";
import { Meter } from "./stats";
import { SITE } from "../../shared/site";

/** Where the library is. Not an import that a bundler may follow. */
const LIBRARY = `${SITE}pkg/slim.js`;

/** Puts the RTC API into `tt`; the runtime waits for it before `app.js` runs. */
export async function startCall(phone: Phone, tt: Record<string, unknown>): Promise<CallControl> {
  const devices = new PhoneDevices(phone);
  let library: typeof import("tt-rtc");
  try {
    library = (await import(LIBRARY)) as typeof import("tt-rtc");
    await library.default();
    library.install({
      target: { tt },
      mediaDevices: devices,
      // For the desk; pages are not told, as on a phone.
      connectionEvents: true,
      signaling: await hubAddress(phone),
    });
  } catch (error) {
    // The mini-program runs without calls, and says why where it wants to make one.
    const message = error instanceof Error ? error.message : String(error);
    tt.createRtcRoomContext = () => {
      throw new Error(`createRtcRoomContext:fail ${message}`);
    };
    phone.report({ kind: "error", message, stack: "", at: null });
    return {
      callStats: async () => new Recorder(phone).state(),
      inRoom: () => false,
      stop: () => devices.stop(),
    };
  }

  const recorder = new Recorder(phone);
  const meter = new Meter();
  const create = tt.createRtcRoomContext as (options: { appId: string }) => object;
  tt.createRtcRoomContext = (createOptions: { appId: string }) =>
    recorder.watch(create(createOptions), createOptions);
  const stopWatching = watchConnections(phone, () =>
    recorder.contexts().flatMap((context) => library.connections(context)),
  );
  return {
    async callStats() {
      const context = recorder.context();
      const connections = context === undefined ? [] : library.connections(context);
      return { ...recorder.state(), links: await meter.measure(connections) };
    },
    inRoom: () => recorder.inRoom(),
    stop() {
      stopWatching();
      for (const context of recorder.contexts()) library.destroy(context);
      devices.stop();
    },
  };
}

/** Where calls meet: at the development server's hub, by a way that the desk can cut; exported, where that was told to. */
async function hubAddress(phone: Phone): Promise<"local" | `ws://${string}`> {
  const settings = (await (await fetch(`${SITE}settings.json`)).json()) as { signaling?: string };
  const { signaling = "local" } = settings;
  if (signaling === "local") return "local";
  const address = networkOf(phone)?.hub(signaling) ?? signaling;
  // A path is one of the development server, whose network this phone may not be in.
  return /^wss?:/.test(address) ? (address as `ws://${string}`) : "local";
}
