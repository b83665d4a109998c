/** How a page in a frame of the desk meets the desk; the protocol is in `bridge.ts`. */
import { HELLO } from "./bridge";
import { Channel } from "./channel";

/** What a page needs to say of itself, whatever it is. */
interface Desk {
  start(): unknown;
  bye(): void;
}
/** A desk that answered. */
export interface Met<D, Settings> {
  channel: Channel<D>;
  settings: Settings;
}

/**
 * The desk around this page and the settings that it gives; `undefined` if there is none, or if what
 * is there does not answer within 10 s.
 *
 * @param handle does what the desk asks
 * @param early is given the channel before the desk has answered
 */
export async function meetDesk<Settings, D extends Desk>(
  handle: (name: string, args: readonly unknown[]) => unknown,
  early: (channel: Channel<D>) => void = () => {},
): Promise<Met<D, Settings> | undefined> {
  if (window.parent === window) return undefined;
  const { port1, port2 } = new MessageChannel();
  const channel = new Channel<D>(port1, handle, (error) => console.error(error));
  // The server lets no page but the desk have this one in a frame (`frame-ancestors`, `headers.rs`).
  window.parent.postMessage(HELLO, "*", [port2]);
  addEventListener("pagehide", ({ persisted }) => {
    if (!persisted) (channel as Channel<Desk>).tell("bye");
  });
  early(channel);
  try {
    return { channel, settings: (await (channel as Channel<Desk>).ask("start", [])) as Settings };
  } catch {
    channel.close();
    return undefined;
  }
}
