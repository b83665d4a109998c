/** The desk that this phone stands on, over its port: `bridge.ts` has the protocol. */
import type { DeskForPhone, PhoneForDesk, PhoneRecord, PhoneSettings } from "../../shared/bridge";
import type { Channel } from "../../shared/channel";
import { meetDesk } from "../../shared/hello";
import { sendable } from "../../shared/shown";

export interface PhoneDesk {
  /** What the phone starts with. */
  readonly settings: PhoneSettings;
  report(record: PhoneRecord): void;
  /** The phone does from now on what the desk asks; what it asked before waited for this. */
  serve(commands: PhoneForDesk): void;
}

/** `undefined` if the phone is alone. What fails until the phone serves the desk is told to it. */
export async function deskAround(): Promise<PhoneDesk | undefined> {
  let serve: (commands: PhoneForDesk) => void = () => {};
  const commands = new Promise<PhoneForDesk>((resolve) => (serve = resolve));
  const handle = async (name: string, args: readonly unknown[]): Promise<unknown> => {
    const all = (await commands) as unknown as Record<
      string,
      ((...args: readonly unknown[]) => unknown) | undefined
    >;
    const command = Object.hasOwn(all, name) ? all[name] : undefined;
    if (!command) throw new Error(`a phone has no "${name}"`);
    return command(...args);
  };
  let stop = (): void => {};
  const met = await meetDesk<PhoneSettings, DeskForPhone>(handle, (channel) => (stop = tellErrors(channel)));
  if (!met) {
    stop();
    return undefined;
  }
  const { channel, settings } = met;
  return {
    settings,
    report: (record) => channel.tell("report", sendable(record)),
    serve(all) {
      stop();
      serve(all);
      channel.tell("ready");
    },
  };
}

/** Of a phone that does not start, the desk says why. */
function tellErrors(channel: Channel<DeskForPhone>): () => void {
  const over = new AbortController();
  const tell = (error: unknown, message: string): void => {
    const { stack = "" } = Object(error) as { stack?: unknown };
    channel.tell("report", { kind: "error", time: Date.now(), message, stack: String(stack), at: null });
  };
  const { signal } = over;
  addEventListener("error", ({ error, message }) => tell(error, message), { signal });
  addEventListener("unhandledrejection", ({ reason }) => tell(reason, String(reason)), { signal });
  return () => over.abort();
}
