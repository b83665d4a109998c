/**
 * How a phone and the bundles that play streams (`www/hls`, `www/mpegts`) know each other. A bundle of
 * its own for each library: they are large, and few pages need one.
 */

/** What such a bundle exports. */
export interface StreamBundle {
  /** Whether this browser can take what the library makes of a stream. */
  isSupported(): boolean;
  /** Loads a stream into a player; the answer ends that and empties the player. */
  play(player: HTMLVideoElement, source: StreamSource, events: StreamEvents): () => void;
}

export interface StreamSource {
  /** Absolute. */
  url: string;
  /** The extension of its path. */
  format: string;
  /** Whether a pause is left at what is shown at that time, as a broadcast is, not where it began. */
  live: boolean;
}

export interface StreamEvents {
  /** A request begins; the answer is told how it ended. */
  request(url: string): (end: RequestEnd) => void;
  /** The network let the stream down, and is tried again. */
  retrying(): void;
  /** The stream cannot be played, or no longer. Nothing comes after it. */
  failed(reason: string): void;
}

export interface RequestEnd {
  /** Of HTTP; 0 where no server answered. */
  status: number;
  /** Why it failed; empty where it did not. */
  error?: string;
}

/** Why a request of a stream failed, in words; `status` is 0 where no answer could be read. */
export function requestFailure(status: number): string {
  return status > 0
    ? `the server of the stream answered ${status}`
    : "the server of the stream does not answer, or its answer does not allow other sites to read it (CORS)";
}
