/** Notices whether a phone starts in its frame, and errors before there is a phone to report them. */
import type { Desk } from "./desk";
import type { DeskPhone } from "./phone";

/** How long a loaded page may take until there is a phone in it, in milliseconds. */
const PATIENCE = 10_000;
/** How often it is looked for, until and after it is given up, in milliseconds. */
const OFTEN = 20;
const SELDOM = 1000;

export function watchStart(desk: Desk, phone: DeskPhone): void {
  let heard: Window | undefined;
  let deadline = Infinity;
  const look = (): void => {
    if (!phone.frame.isConnected) return;
    const page = pageOf(phone);
    if (page && page !== heard) {
      // The frame's first page, or one that it was loaded with again.
      heard = page;
      hear(page);
    }
    if (phone.control) {
      desk.setState(phone, "ready");
      return;
    }
    if (performance.now() > deadline) desk.setState(phone, "silent");
    setTimeout(look, phone.state === "silent" ? SELDOM : OFTEN);
  };
  const hear = (page: Window): void => {
    const report = (error: unknown, message: string): void => {
      // A phone that is there has its own way to say so.
      if (phone.control) return;
      const { stack = "" } = Object(error) as { stack?: string };
      desk.report(phone.id, { kind: "error", time: Date.now(), message, stack, at: null });
    };
    page.addEventListener("error", ({ error, message }) => report(error, message));
    page.addEventListener("unhandledrejection", ({ reason }) => report(reason, String(reason)));
    page.addEventListener("pagehide", () => {
      deadline = Infinity;
      setTimeout(look, OFTEN);
    });
  };
  phone.frame.addEventListener("load", () => (deadline = performance.now() + PATIENCE));
  // Its card is put into the document after this.
  setTimeout(look);
}

/** The window of the phone's page, from when it is no longer the empty one that a frame begins with. */
function pageOf(phone: DeskPhone): Window | undefined {
  try {
    const page = phone.frame.contentWindow;
    return page && page.location.pathname.startsWith("/phone/") ? page : undefined;
  } catch {
    // The browser's own page, for an address that does not answer.
    return undefined;
  }
}
