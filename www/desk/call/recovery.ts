/** What became of connections: their states now, and the times they were lost and came back. */
import type { Entry, StepRecord } from "../log";

/** A connection of a phone: to the hub, or to another user. */
export interface Connection {
  phone: string;
  what: "signaling" | "peer";
  peer: string;
  state: string;
  /** When it got into that state. */
  since: number;
}
/** From the loss of a connection until it was back. */
export interface Outage {
  phone: string;
  what: "signaling" | "peer";
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

export function isGood(state: string): boolean {
  return GOOD.has(state);
}

/** Reads the connections' records in their order. */
export function connectionsOf(steps: readonly Entry<StepRecord>[]): { connections: Connection[]; outages: Outage[] } {
  const connections = new Map<string, Connection>();
  const lost = new Map<string, Outage>();
  const outages: Outage[] = [];
  for (const { phone, record } of steps) {
    if (record.kind !== "connection") continue;
    const { what, peer, state, time } = record;
    const key = [phone, what, peer].join("\n");
    const before = connections.get(key);
    const outage = lost.get(key);
    if (GOOD.has(state) || OVER.has(state)) {
      if (outage) {
        outage.end = time;
        outage.outcome = GOOD.has(state) ? "back" : "closed";
        outage.states.push({ state, time });
        lost.delete(key);
      }
    } else if (outage) {
      outage.states.push({ state, time });
    } else if (before && GOOD.has(before.state)) {
      const begun: Outage = { phone, what, peer, start: time, end: null, outcome: null, states: [{ state, time }] };
      lost.set(key, begun);
      outages.push(begun);
    }
    if (OVER.has(state)) connections.delete(key);
    else connections.set(key, { phone, what, peer, state, since: time });
  }
  return { connections: [...connections.values()], outages };
}
