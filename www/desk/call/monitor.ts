/**
 * What flows in the calls of all phones, asked of them about once a second while somebody looks.
 * What one user sends another is one {@link Flow}: its receiver knows what arrived, its sender how
 * long the way takes; where only one of the two is a phone, that one's view has to do.
 */
import type { CallStats, LinkStats, LiveRoom } from "../../shared/bridge";
import { Gone } from "../../shared/channel";
import type { Desk } from "../desk";
import { readStats } from "../read";

export type Source = LinkStats["source"];

export interface Sample {
  time: number;
  bitsPerSecond: number | null;
  framesPerSecond: number | null;
  width: number | null;
  height: number | null;
  loss: number | null;
  roundTrip: number | null;
}
/** One medium from one user to another. */
export interface Flow {
  key: string;
  room: string;
  from: string;
  to: string;
  source: Source;
  /** Oldest first, at most {@link KEPT}. */
  samples: Sample[];
}
export interface Room extends LiveRoom {
  key: string;
}

/** How many samples are kept of a flow: a minute of them. */
export const KEPT = 60;
/** How long a flow that ended stays in sight, in milliseconds. */
const LINGERS = 5000;
const PERIOD = 1000;

export class CallMonitor {
  readonly flows = new Map<string, Flow>();
  /** The last answer of each phone. */
  readonly stats = new Map<string, CallStats>();
  /** Why phones could not answer. */
  readonly troubles = new Map<string, string>();
  readonly #desk: Desk;
  #watchers = 0;
  #timer = 0;
  #polling: Promise<void> | undefined;

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  /** Asks the phones from now on, until the answer is called. */
  watch(): () => void {
    this.#watchers += 1;
    if (this.#watchers === 1) void this.#run();
    let watching = true;
    return () => {
      if (!watching) return;
      watching = false;
      this.#watchers -= 1;
    };
  }

  async #run(): Promise<void> {
    clearTimeout(this.#timer);
    if (!document.hidden) await this.poll();
    if (this.#watchers > 0) this.#timer = window.setTimeout(() => void this.#run(), PERIOD);
  }

  /** Asks all phones once. Rates are since the last time, so two never ask at once. */
  poll(): Promise<void> {
    this.#polling ??= this.#poll().finally(() => (this.#polling = undefined));
    return this.#polling;
  }

  /** The rooms there are, with everybody whom a phone knows to be in them. */
  rooms(): Room[] {
    const rooms = new Map<string, Room>();
    for (const stats of this.stats.values()) {
      if (!stats.roomId) continue;
      const key = roomKey(stats);
      const room = rooms.get(key) ?? { key, appId: stats.appId ?? "", roomId: stats.roomId, members: [] };
      rooms.set(key, room);
      const seen = [...stats.lists.chat, ...stats.links.map(({ peer }) => peer), stats.userId];
      room.members = [...new Set([...room.members, ...seen])];
    }
    return [...rooms.values()];
  }

  /** What the phone is called that is in a room as this user; the user's own id if there is none. */
  phoneOf(room: string, user: string): string {
    const [phone] =
      [...this.stats].find(
        ([, stats]) => stats.roomId !== "" && stats.userId === user && roomKey(stats) === room,
      ) ?? [];
    return phone === undefined ? user : this.#desk.nameOf(phone);
  }

  /** The same for the room that a phone is in. */
  peerOf(phone: string, user: string): string {
    const stats = this.stats.get(phone);
    return stats === undefined ? user : this.phoneOf(roomKey(stats), user);
  }

  async #poll(): Promise<void> {
    const { phones } = this.#desk;
    this.troubles.clear();
    const answers = await Promise.all(
      phones.map(async (phone) => {
        try {
          return readStats(await phone.ask("callStats"));
        } catch (error) {
          // One that starts or hangs has no call to measure.
          if (error instanceof Gone) return undefined;
          this.troubles.set(phone.id, error instanceof Error ? error.message : String(error));
          return undefined;
        }
      }),
    );
    this.stats.clear();
    const now = Date.now();
    const seen = new Map<string, { flow: Omit<Flow, "samples">; sent?: LinkStats; received?: LinkStats }>();
    phones.forEach((phone, index) => {
      const stats = answers[index];
      if (!stats) return;
      this.stats.set(phone.id, stats);
      for (const link of stats.links) {
        const [from, to] = link.direction === "send" ? [stats.userId, link.peer] : [link.peer, stats.userId];
        const room = roomKey(stats);
        const key = [room, from, to, link.source].join("\n");
        const both = seen.get(key) ?? { flow: { key, room, from, to, source: link.source } };
        both[link.direction === "send" ? "sent" : "received"] = link;
        seen.set(key, both);
      }
    });
    for (const [key, { flow, sent, received }] of seen) {
      const known = this.flows.get(key) ?? { ...flow, samples: [] };
      this.flows.set(key, known);
      known.samples.push({ time: now, ...merged(sent, received) });
      if (known.samples.length > KEPT) known.samples.shift();
    }
    for (const [key, { samples }] of this.flows) {
      if (now - (samples.at(-1)?.time ?? 0) > LINGERS) this.flows.delete(key);
    }
    this.#desk.bus.touch("stats");
  }
}

function merged(sent: LinkStats | undefined, received: LinkStats | undefined): Omit<Sample, "time"> {
  const arrived = received ?? sent;
  return {
    bitsPerSecond: arrived?.bitsPerSecond ?? null,
    framesPerSecond: arrived?.framesPerSecond ?? null,
    width: arrived?.width ?? null,
    height: arrived?.height ?? null,
    loss: received?.loss ?? sent?.loss ?? null,
    roundTrip: sent?.roundTrip ?? received?.roundTrip ?? null,
  };
}

/** Rooms of one name in two apps are two rooms. */
function roomKey({ appId, roomId }: CallStats): string {
  return `${appId ?? ""}\n${roomId}`;
}
