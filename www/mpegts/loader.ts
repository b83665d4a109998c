/** How the library gets a stream: `fetch`, told of at its beginning and end. */
import mpegts from "mpegts.js";
import { requestFailure, type RequestEnd } from "../shared/stream";

export interface LoaderEvents {
  /** A request begins; the answer is told how it ended. */
  request(): (end: RequestEnd) => void;
  /** The stream begins. One with a length is a file, which has no present time. */
  answered(isFile: boolean): void;
  /** The library stumbled over bytes of the stream. */
  damaged(error: unknown): void;
}

type CustomLoader = NonNullable<NonNullable<Parameters<typeof mpegts.createPlayer>[1]>["customLoader"]>;

/**
 * A loader in place of the library's own, which in Chromium leaves the connection of a stream that is
 * held up open when it is told to end it, until bytes come.
 */
export function loaderFor(events: LoaderEvents): CustomLoader {
  const { kConnecting, kBuffering, kComplete, kError, kIdle } = mpegts.LoaderStatus;
  const { EARLY_EOF, EXCEPTION, HTTP_STATUS_CODE_INVALID } = mpegts.LoaderErrors;

  return class FetchLoader extends mpegts.BaseLoader {
    private controller = new AbortController();

    constructor() {
      super("fetch");
    }

    override open({ url }: { url: string }): void {
      this._status = kConnecting;
      const end = events.request();
      void this.read(url, this.controller.signal, end);
    }

    override abort(): void {
      this._status = kIdle;
      this.controller.abort();
    }

    override destroy(): void {
      this.abort();
      super.destroy();
    }

    private async read(url: string, signal: AbortSignal, end: (how: RequestEnd) => void): Promise<void> {
      let status = 0;
      let received = 0;
      const failed = (type: string): void => {
        const msg = received > 0 ? "the stream broke off" : requestFailure(status);
        end({ status, error: msg });
        this._status = kError;
        // The library's types take its constants for something else than what they are.
        this.onError(type as never, { code: status, msg });
      };
      try {
        const response = await fetch(url, { signal, credentials: "omit", referrerPolicy: "no-referrer" });
        status = response.status;
        if (!response.ok || !response.body) {
          await response.body?.cancel();
          return failed(HTTP_STATUS_CODE_INVALID);
        }
        events.answered(response.headers.has("content-length"));
        this._status = kBuffering;
        const reader = response.body.getReader();
        for (;;) {
          const { value } = await reader.read();
          if (!value || signal.aborted) break;
          const from = received;
          received += value.byteLength;
          try {
            this.onDataArrival(value.buffer, from, received);
          } catch (error) {
            events.damaged(error);
          }
        }
      } catch {
        if (!signal.aborted) return failed(received > 0 ? EARLY_EOF : EXCEPTION);
      }
      if (signal.aborted) return end({ status, error: "abort" });
      end({ status });
      this._status = kComplete;
      this.onComplete(0, received - 1);
    }
  } as unknown as CustomLoader;
}
