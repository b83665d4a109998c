/**
 * A page that is a desk to one phone: it keeps what the phone reports, and asks what a test wants to
 * ask. For tests of what a phone tells; `fake-desk.mjs` puts it into a page.
 */
import { readRecord } from "../../../www/desk/read";
import { HELLO, type PhoneForDesk, type PhoneRecord } from "../../../www/shared/bridge";
import { Channel } from "../../../www/shared/channel";

/** `settings` are a phone's; `path` is the page that it opens. */
export function open(settings: { id: string }, path: string): void {
  const records: PhoneRecord[] = [];
  const frame = document.createElement("iframe");
  let channel: Channel<PhoneForDesk> | undefined;
  const handle = (name: string, args: readonly unknown[]): unknown => {
    if (name === "start") return settings;
    if (name === "report") records.push(readRecord(args[0]));
    if (name === "bye") channel?.close();
    return undefined;
  };
  addEventListener("message", ({ data, source, ports: [port] }: MessageEvent<unknown>) => {
    if (data !== HELLO || source !== frame.contentWindow || !port) return;
    channel?.close();
    channel = new Channel(port, handle, (error) => console.error(error));
  });
  /** Everything of a kind that was reported so far: messages come in order, so an answer comes behind it. */
  const said = async (kind: PhoneRecord["kind"]): Promise<PhoneRecord[]> => {
    await channel?.ask("storage", []).catch(() => undefined);
    return records.filter((record) => record.kind === kind);
  };
  Object.assign(globalThis, {
    records,
    said,
    ask: (name: keyof PhoneForDesk, ...args: unknown[]) => channel?.ask(name, args as never),
  });
  frame.style.cssText = "position: fixed; inset: 0; width: 390px; height: 844px; border: 0";
  frame.src = `/phone/?id=${settings.id}&path=${encodeURIComponent(path)}`;
  document.body.append(frame);
}
