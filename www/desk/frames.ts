/** The pages in the desk's frames: who gets a port, and what they can call over it. The protocol is in `bridge.ts`. */
import { HELLO, type GuestForDesk, type PhoneForDesk } from "../shared/bridge";
import { Channel } from "../shared/channel";
import { Malformed } from "./check";
import type { Desk, Guest } from "./desk";
import type { DeskPhone } from "./phone";
import { readRecord, readUser } from "./read";

/** Takes the ports of phones and guests from now on. */
export function acceptFrames(desk: Desk): void {
  addEventListener("message", ({ data, origin, source, ports: [port] }: MessageEvent<unknown>) => {
    if (data !== HELLO || source === null || !port) return;
    // Its code may have gone elsewhere in the frame.
    const isFrom = ({ frame }: { frame: HTMLIFrameElement }): boolean =>
      frame.contentWindow === source && new URL(frame.src).origin === origin;
    const phone = desk.phones.find(isFrom);
    const guest = desk.guests.find(isFrom);
    if (phone) {
      phone.connect(
        new Channel<PhoneForDesk>(port, (name, args) => ofPhone(desk, phone, name, args), once(phone.id)),
      );
    } else if (guest) {
      guest.channel?.close();
      guest.channel = new Channel<GuestForDesk>(
        port,
        (name, args) => ofGuest(desk, guest, name, args),
        once(guest.id),
      );
    }
  });
  desk.bus.watch(["view", "server"], () => {
    for (const { channel } of desk.guests) channel?.tell("settings", desk.guestSettings());
  });
}

function ofPhone(desk: Desk, phone: DeskPhone, name: string, args: readonly unknown[]): unknown {
  switch (name) {
    case "start":
      return desk.started(phone);
    case "ready":
      return desk.setState(phone, "ready");
    case "report":
      return desk.report(phone.id, readRecord(args[0]));
    case "bye":
      phone.disconnect();
      return desk.setState(phone, "starting");
    default:
      throw new Malformed("a phone called a function that there is not");
  }
}

function ofGuest(desk: Desk, guest: Guest, name: string, args: readonly unknown[]): unknown {
  switch (name) {
    case "start":
      return desk.guestSettings();
    case "report":
      return desk.report(guest.id, readRecord(args[0]));
    case "rooms":
      return desk.rooms();
    case "name":
      return desk.nameGuest(guest.id, readUser(args[0]));
    case "bye":
      return guest.channel?.close();
    default:
      throw new Malformed("a guest called a function that there is not");
  }
}

/** Says the first thing that was wrong with the messages of a page; there may be thousands. */
function once(page: string): (error: unknown) => void {
  let said = false;
  return (error) => {
    if (!said) console.warn(`${page} sent what the desk does not take:`, error);
    said = true;
  };
}
