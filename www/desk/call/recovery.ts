/**
 * What became of connections: their states now, and the times they were lost and came back. The
 * phones report each connection to another user; the library says of the call as a whole, with
 * `onRtcStateChanged`, whether it is being restored.
 */
import type { Entry, StepRecord } from "../log";

type What = "call" | "signaling" | "peer";
/** A connection of a phone: its call as a whole, to the hub, or to another user. */
export interface Connection {
  phone: string;
  what: What;
  peer: string;
  state: string;
  /** When it got into that state. */
  since: number;
}
/** From the loss of a connection until it was back. */
export interface Outage {
  phone: string;
  what: What;
  peer: string;
  start: number;
  /** Null while it lasts. */
  end: number | null;
  /** How it ended: it came `back`, or was `closed` by those who talked. */
  outcome: "back" | "closed" | null;
  /** The states passed through, with their times. */
  states: { state: string; time: number }[];
}

/** States in which a connection does what it is for; the words are the W3C's and the library's. */
const GOOD = new Set(["connected", "completed", "open", "online", "joined", "resumed"]);
/** States in which nobody wants it any more. */
const OVER = new Set(["closed", "left", "idle"]);

/** What a record says of a connection. */
function changeOf(record: StepRecord): { what: What; peer: string; state: string } | undefined {
  if (record.kind === "connection") return record;
  if (record.kind !== "event" || record.name !== "onRtcStateChanged") return undefined;
  const { data } = Object(record.payload) as { data?: { connection?: unknown; quality?: unknown } };
  if (typeof data?.connection !== "string") return undefined;
  // Of a call, this is what it says when it was left.
  if (data.connection === "disconnected") return { what: "call", peer: "", state: "closed" };
  const quality = typeof data.quality === "string" && data.quality !== "good" ? `, ${data.quality}` : "";
  return { what: "call", peer: "", state: `${data.connection}${quality}` };
}

/** A state may have a quality behind it: `connected, poor`. */
export function isGood(state: string): boolean {
  return GOOD.has(state.split(",", 1)[0] ?? "");
}

/** Reads the connections' records in their order. */
export function connectionsOf(steps: readonly Entry<StepRecord>[]): {
  connections: Connection[];
  outages: Outage[];
} {
  const connections = new Map<string, Connection>();
  const lost = new Map<string, Outage>();
  const outages: Outage[] = [];
  for (const { phone, record } of steps) {
    const change = changeOf(record);
    if (!change) continue;
    const { what, peer, state } = change;
    const { time } = record;
    const key = [phone, what, peer].join("\n");
    const before = connections.get(key);
    const outage = lost.get(key);
    if (isGood(state) || OVER.has(state)) {
      if (outage) {
        outage.end = time;
        outage.outcome = isGood(state) ? "back" : "closed";
        outage.states.push({ state, time });
        lost.delete(key);
      }
    } else if (outage) {
      outage.states.push({ state, time });
    } else if (before && isGood(before.state)) {
      const begun: Outage = {
        phone,
        what,
        peer,
        start: time,
        end: null,
        outcome: null,
        states: [{ state, time }],
      };
      lost.set(key, begun);
      outages.push(begun);
    }
    if (OVER.has(state)) connections.delete(key);
    else connections.set(key, { phone, what, peer, state, since: time });
  }
  return { connections: [...connections.values()], outages };
}
