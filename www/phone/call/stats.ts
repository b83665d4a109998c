/** Measures what flows over the peer connections of a call, from one look to the next. */
import type { PeerConnectionInfo } from "tt-rtc";
import type { LinkStats } from "../../shared/bridge";

/** A report of `getStats()`, as far as it is read (W3C webrtc-stats). */
interface Stats {
  id: string;
  type: string;
  timestamp: number;
  mid?: string;
  bytesSent?: number;
  bytesReceived?: number;
  framesEncoded?: number;
  framesDecoded?: number;
  frameWidth?: number;
  frameHeight?: number;
  packetsReceived?: number;
  packetsLost?: number;
  totalAudioEnergy?: number;
  totalSamplesDuration?: number;
  remoteId?: string;
  fractionLost?: number;
  roundTripTime?: number;
  currentRoundTripTime?: number;
  state?: string;
  nominated?: boolean;
}

/** Counters of one direction of one source when they were last read. */
interface Counters {
  timestamp: number;
  bytes: number;
  frames: number;
  received: number;
  lost: number;
  energy: number;
  duration: number;
}

export class Meter {
  /** By connection, then by direction and source. */
  readonly #before = new WeakMap<RTCPeerConnection, Map<string, Counters>>();

  async measure(connections: PeerConnectionInfo[]): Promise<LinkStats[]> {
    const links = await Promise.all(connections.map((it) => this.#connection(it)));
    return links.flat();
  }

  async #connection({ userId, connection, transceivers }: PeerConnectionInfo): Promise<LinkStats[]> {
    const reports = new Map<string, Stats>();
    for (const [id, report] of (await connection.getStats()) as unknown as Map<string, Stats>) {
      reports.set(id, report);
    }
    const all = [...reports.values()];
    const pair = all.find((it) => it.type === "candidate-pair" && it.nominated && it.state === "succeeded");
    const before = this.#before.get(connection) ?? new Map<string, Counters>();
    this.#before.set(connection, before);

    const links: LinkStats[] = [];
    for (const [name, transceiver] of Object.entries(transceivers)) {
      for (const direction of ["send", "receive"] as const) {
        const track = direction === "send" ? transceiver.sender.track : transceiver.receiver.track;
        if (track === null || (direction === "receive" && track.muted)) continue;
        const type = direction === "send" ? "outbound-rtp" : "inbound-rtp";
        const report = all.find((it) => it.type === type && it.mid === transceiver.mid);
        if (report === undefined) continue;
        const now = counters(report);
        const key = `${direction} ${name}`;
        const last = before.get(key);
        before.set(key, now);
        const remote = reports.get(report.remoteId ?? "");
        const roundTrip = remote?.roundTripTime ?? pair?.currentRoundTripTime;
        const isVideo = track.kind === "video";
        links.push({
          peer: userId,
          direction,
          source: name as LinkStats["source"],
          bitsPerSecond: rate(last, now, "bytes", 8),
          framesPerSecond: isVideo ? rate(last, now, "frames") : null,
          width: report.frameWidth ?? null,
          height: report.frameHeight ?? null,
          loss: direction === "send" ? (remote?.fractionLost ?? null) : lossBetween(last, now),
          level: direction === "receive" && !isVideo ? levelBetween(last, now) : null,
          roundTrip: roundTrip === undefined ? null : roundTrip * 1_000,
        });
      }
    }
    return links;
  }
}

function counters(report: Stats): Counters {
  return {
    timestamp: report.timestamp,
    bytes: report.bytesSent ?? report.bytesReceived ?? 0,
    frames: report.framesEncoded ?? report.framesDecoded ?? 0,
    received: report.packetsReceived ?? 0,
    lost: report.packetsLost ?? 0,
    energy: report.totalAudioEnergy ?? 0,
    duration: report.totalSamplesDuration ?? 0,
  };
}

/** How much a counter grows in a second, in units of which it counts so many at a time. */
function rate(last: Counters | undefined, now: Counters, of: "bytes" | "frames", units = 1): number | null {
  const seconds = last ? (now.timestamp - last.timestamp) / 1_000 : 0;
  return last && seconds > 0 ? (Math.max(0, now[of] - last[of]) * units) / seconds : null;
}

function levelBetween(last: Counters | undefined, now: Counters): number | null {
  const duration = now.duration - (last?.duration ?? 0);
  return last && duration > 0 ? Math.sqrt(Math.max(0, now.energy - last.energy) / duration) : null;
}

function lossBetween(last: Counters | undefined, now: Counters): number | null {
  if (!last) return null;
  const lost = Math.max(0, now.lost - last.lost);
  const sent = lost + now.received - last.received;
  return sent > 0 ? lost / sent : null;
}
