/** Notices when a page was loaded into a phone's frame, and yet there is no phone in it. */
import type { Desk } from "./desk";
import type { DeskPhone } from "./phone";

/** How long a loaded page may take until it is a phone, in milliseconds. */
const PATIENCE = 10_000;

export function watchStart(desk: Desk, phone: DeskPhone): void {
  let timer = 0;
  phone.frame.addEventListener("load", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      if (phone.state === "starting" && phone.frame.isConnected) desk.setState(phone, "silent");
    }, PATIENCE);
  });
}
