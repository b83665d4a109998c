/**
 * The network of a phone: what the desk says of it happens to the phone's calls.
 *
 * Sound and pictures go through relays of the development server (`/relay`, see `relay.rs` of
 * `crates/simulator`), which cut, delay and lose packets. For that every `RTCPeerConnection` of the
 * phone's window is one whose remote candidates are replaced by relays that lead to them. The server
 * does the same to the phone's connection to the hub, which it knows by {@link PhoneNetwork.hub}.
 */
import type { DeepPartial, Network } from "../shared/bridge";
import { renewSecret, withSecret } from "../shared/secret";

/** What of a phone is needed here; a page beside the phones may say that all is well. */
export interface NetworkOwner {
  readonly settings: { readonly network: Network };
  on(event: "settings", listener: (change: DeepPartial<{ network: Network }>) => void): unknown;
}

/** A candidate's address (an IP, or a name that hides one) and port. */
interface Place {
  address: string;
  port: number;
}
type Told = ({ type: "opened"; id: number } & Place) | { type: "refused"; id: number; error: string };

/** How long a candidate waits for the server before it is used as it is, in milliseconds. */
const PATIENCE = 3000;
/** How long until the server is tried again, in milliseconds. */
const AGAIN = 1000;

export class PhoneNetwork {
  /** The live peer connections of the phone, those of its page's own making included. */
  readonly connections = new Set<RTCPeerConnection>();
  /** Tells this phone's page from all others that the server knows. */
  readonly #name = `${crypto.getRandomValues(new Uint32Array(4)).join("-")}`;
  readonly #owner: NetworkOwner;
  readonly #own = new Map<string, Place>();
  readonly #waiting = new Map<number, (answer: Told | null) => void>();
  #asked = 0;
  #socket: WebSocket | null = null;
  /** Settled when the server said yes or no to the latest attempt to reach it. */
  #reached: Promise<boolean> = Promise.resolve(false);
  #stopped = false;

  constructor(owner: NetworkOwner) {
    this.#owner = owner;
    this.#connect();
  }

  /** The address of the hub for this phone, given that for anyone (`/rtc`, or a WebSocket's whole address). */
  hub(path: string): string {
    const url = new URL(path, location.href);
    url.protocol = url.protocol.replace("http", "ws");
    url.searchParams.set("phone", this.#name);
    return url.href;
  }

  /** Tells the server how the network is now. */
  update(): void {
    const { type, signaling, media, delay, loss } = this.#owner.settings.network;
    const off = type === "none";
    this.#say({ type: "faults", media: off || !media, signaling: off || !signaling, delay, loss });
  }

  /** An address of the phone itself, by which the server knows whose packets come to it. */
  own(candidate: string): void {
    const place = placeOf(candidate);
    if (place === null) return;
    this.#own.set(`${place.address} ${place.port}`, place);
    this.#say({ type: "own", ...place });
  }

  /** `candidate` with a relay's address in place of its own; null where no way leads there. */
  async relayed(candidate: string): Promise<string | null> {
    const to = placeOf(candidate);
    // Over TCP no packet is lost, and none of the browsers offers it to another.
    if (to === null) return null;
    if (!(await within(PATIENCE, this.#reached))) return candidate;
    const answer = await this.#ask(to);
    if (answer === null) return candidate;
    if (answer.type === "refused") {
      console.warn(`network: ${answer.error}`);
      return null;
    }
    const words = candidate.split(" ");
    words[4] = answer.address;
    words[5] = String(answer.port);
    return words.join(" ");
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.close();
    for (const connection of this.connections) connection.close();
  }

  #ask(to: Place): Promise<Told | null> {
    return new Promise((resolve) => {
      const id = ++this.#asked;
      this.#waiting.set(id, resolve);
      this.#say({ type: "open", id, to });
    });
  }

  #say(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  #connect(): void {
    const socket = new WebSocket(withSecret(this.hub("/relay")));
    this.#socket = socket;
    this.#reached = new Promise((resolve) => {
      socket.onopen = () => {
        this.update();
        for (const place of this.#own.values()) this.#say({ type: "own", ...place });
        resolve(true);
      };
      socket.onmessage = ({ data }: MessageEvent<string>) => {
        const told = JSON.parse(data) as Told;
        this.#waiting.get(told.id)?.(told);
        this.#waiting.delete(told.id);
      };
      socket.onclose = () => {
        resolve(false);
        for (const answer of this.#waiting.values()) answer(null);
        this.#waiting.clear();
        this.#retry();
      };
    });
  }

  /** Once the server answers: it may be another one, which takes another secret. */
  #retry(): void {
    setTimeout(async () => {
      if (this.#stopped) return;
      const there = await renewSecret();
      if (this.#stopped) return;
      if (there) this.#connect();
      else this.#retry();
    }, AGAIN);
  }
}

const installed = new WeakMap<NetworkOwner, PhoneNetwork>();

/** The network that was put under a phone's window. */
export function networkOf(phone: NetworkOwner): PhoneNetwork | undefined {
  return installed.get(phone);
}

/**
 * Puts the phone's network under its window: peer connections made from now on go through relays,
 * sockets to the development server have its secret (the call library knows nothing of it),
 * `navigator.onLine` and the events `online` and `offline` follow the settings.
 */
export function installNetwork(
  phone: NetworkOwner,
  target: Window & typeof globalThis = window,
): PhoneNetwork {
  const network = new PhoneNetwork(phone);
  installed.set(phone, network);
  target.RTCPeerConnection = relayedConnection(network, target.RTCPeerConnection);
  target.WebSocket = socketWithSecret(target.WebSocket);
  const isOnline = ({ type }: Network): boolean => type !== "none";
  let online = isOnline(phone.settings.network);
  Object.defineProperty(target.navigator, "onLine", { configurable: true, get: () => online });
  phone.on("settings", (change) => {
    if (change.network === undefined) return;
    network.update();
    if (isOnline(phone.settings.network) === online) return;
    online = !online;
    target.dispatchEvent(new Event(online ? "online" : "offline"));
  });
  return network;
}

/** The browser's own class, but that remote candidates lead through relays. */
function relayedConnection(
  network: PhoneNetwork,
  Native: typeof RTCPeerConnection,
): typeof RTCPeerConnection {
  return class RTCPeerConnection extends Native {
    /** Settled when all candidates so far are with the browser. */
    #candidates: Promise<unknown> = Promise.resolve();
    /** Counts remote descriptions: a candidate of an earlier one is of no use. */
    #description = 0;

    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      network.connections.add(this);
      this.addEventListener("icecandidate", ({ candidate }) => {
        if (candidate !== null) network.own(candidate.candidate);
      });
      this.addEventListener("connectionstatechange", () => {
        if (this.connectionState === "closed") network.connections.delete(this);
      });
    }

    /** The description at once, in its place among other calls; its candidates as if they came later. */
    override setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
      this.#description += 1;
      const { sdp, candidates } = takeCandidates(description.sdp ?? "");
      const set = super.setRemoteDescription({ type: description.type, sdp });
      for (const candidate of candidates) this.addIceCandidate(candidate).catch(() => {});
      return set;
    }

    override addIceCandidate(candidate?: RTCIceCandidateInit | null): Promise<void> {
      const description = this.#description;
      const earlier = this.#candidates;
      const text = candidate?.candidate ?? "";
      const relayed = text === "" ? Promise.resolve(text) : network.relayed(text);
      const added = (async () => {
        const [to] = await Promise.all([relayed, earlier]);
        if (to === null || description !== this.#description || this.signalingState === "closed") return;
        await super.addIceCandidate(candidate ? { ...initOf(candidate), candidate: to } : candidate);
      })();
      this.#candidates = added.catch(() => {});
      return added;
    }

    override close(): void {
      network.connections.delete(this);
      super.close();
    }
  };
}

/** The browser's own class, but that the secret is in addresses of the development server: the one that holds by then. */
function socketWithSecret(Native: typeof WebSocket): typeof WebSocket {
  return class WebSocket extends Native {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(withSecret(url), protocols);
    }
  };
}

/** A candidate's fields; those of an `RTCIceCandidate` are not its own. */
function initOf({ sdpMid, sdpMLineIndex, usernameFragment }: RTCIceCandidateInit): RTCIceCandidateInit {
  return { sdpMid, sdpMLineIndex, usernameFragment };
}

/** Where a UDP candidate leads; null for any other. */
function placeOf(candidate: string): Place | null {
  const [, , protocol, , address, port] = candidate.split(" ");
  if (protocol?.toLowerCase() !== "udp" || address === undefined) return null;
  return { address, port: Number(port) };
}

/** An SDP without the candidates in it, and those. */
function takeCandidates(sdp: string): { sdp: string; candidates: RTCIceCandidateInit[] } {
  const candidates: RTCIceCandidateInit[] = [];
  let section = -1;
  let usernameFragment: string | undefined;
  const kept = sdp.split("\r\n").filter((line) => {
    if (line.startsWith("m=")) section += 1;
    if (line.startsWith("a=ice-ufrag:")) usernameFragment = line.slice("a=ice-ufrag:".length);
    if (!line.startsWith("a=candidate:")) return line !== "a=end-of-candidates";
    candidates.push({ candidate: line.slice(2), sdpMLineIndex: section, usernameFragment });
    return false;
  });
  return { sdp: kept.join("\r\n"), candidates };
}

/** What `promise` says, or false if it takes longer than that. */
function within(milliseconds: number, promise: Promise<boolean>): Promise<boolean> {
  return Promise.race([
    promise,
    new Promise<boolean>((resolve) => setTimeout(() => resolve(false), milliseconds)),
  ]);
}
