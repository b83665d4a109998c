import { hasServer, renewSecret, withSecret } from "./secret";

/** How long until the server is tried again, in milliseconds. */
const AGAIN = 500;

/**
 * `/app/events` over a WebSocket, in the form of an `EventSource`. A browser has six connections for
 * requests to one server, in all its windows together: a few phones that each held one for events
 * would leave none for anything else. Without a server nothing changes.
 */
export class ChangeSource {
  onopen: (() => void) | undefined;
  onmessage: ((message: MessageEvent<string>) => void) | undefined;
  /** The server went away; it is tried again until it is back or this is closed. */
  onerror: (() => void) | undefined;
  #socket: WebSocket | undefined;
  #again: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor() {
    if (hasServer()) this.#connect();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#again);
    if (this.#socket) this.#socket.onclose = null;
    this.#socket?.close();
  }

  #connect(): void {
    const socket = new WebSocket(withSecret("/app/events"));
    this.#socket = socket;
    socket.onopen = () => this.onopen?.();
    socket.onmessage = (message: MessageEvent<string>) => this.onmessage?.(message);
    socket.onclose = () => {
      this.onerror?.();
      this.#retry();
    };
  }

  /** Once the server answers: it may be another one, which takes another secret. */
  #retry(): void {
    this.#again = setTimeout(async () => {
      const there = await renewSecret();
      if (this.#closed) return;
      if (there) this.#connect();
      else this.#retry();
    }, AGAIN);
  }
}
