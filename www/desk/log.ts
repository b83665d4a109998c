/**
 * What the phones said, newest last. Each kind is kept up to a limit, so that a phone that never
 * stops talking costs a bounded amount of memory.
 */
import type { PhoneRecord, RequestRecord, SocketMessage } from "../shared/bridge";
import type { Problem } from "../shared/project";

/** A record with its place in the order of all, and the phone it is of. */
export interface Entry<R = PhoneRecord> {
  seq: number;
  phone: string;
  record: R;
}
type Of<K extends PhoneRecord["kind"]> = Extract<PhoneRecord, { kind: K }>;
/** A line of the console; what a developer typed there, and its answer, are lines, too. */
export type ConsoleRecord = Of<"console"> | Of<"error"> | { time: number; kind: "input"; text: string };
/** A step of a call. `end` is when a call was answered. */
export type StepRecord = (Of<"call"> & { end: number | null }) | Of<"event"> | Of<"api"> | Of<"connection">;

/** A request; of a socket, the last messages and how many there were. */
export type LoggedRequest = RequestRecord & {
  time: number;
  messages?: readonly SocketMessage[];
  count?: number;
};

/** How many entries of each kind are kept. */
export const LIMITS = { console: 5000, steps: 5000, requests: 1000, problems: 500 };
/** How many messages of a socket are kept. */
const MESSAGES = 500;

export class Log {
  readonly console: Entry<ConsoleRecord>[] = [];
  readonly steps: Entry<StepRecord>[] = [];
  readonly requests: Entry<LoggedRequest>[] = [];
  /** Problems that phones met while running. */
  readonly problems: Entry<Problem>[] = [];
  #seq = 0;
  /** Calls and requests under way, by phone and id. */
  #calls = new Map<string, Entry<StepRecord>>();
  #requests = new Map<string, Entry<LoggedRequest>>();

  /** Takes a record; those that only say that something changed are not kept. */
  add(phone: string, record: PhoneRecord): void {
    switch (record.kind) {
      case "console":
      case "error":
        this.addConsole(phone, record);
        break;
      case "event":
      case "api":
      case "connection":
        this.#push("steps", { seq: this.#seq++, phone, record });
        break;
      case "call":
        this.#addCall(phone, record);
        break;
      case "request":
        this.#addRequest(phone, record);
        break;
      case "message":
        this.#addMessage(phone, record);
        break;
      case "problem":
        this.#addProblem(phone, record.problem);
        break;
      case "resolved":
        this.#remove(
          "problems",
          (entry) =>
            entry.phone === phone && record.problems.some((problem) => isSame(problem, entry.record)),
        );
        break;
    }
  }

  addConsole(phone: string, record: ConsoleRecord): void {
    this.#push("console", { seq: this.#seq++, phone, record });
  }

  /** Forgets everything of `kind`. */
  clear(kind: keyof typeof LIMITS): void {
    this[kind].length = 0;
  }

  /** The problems, those that several phones met once. */
  distinctProblems(): Problem[] {
    const all = this.problems.map(({ record }) => record);
    return all.filter((problem, index) => all.findIndex((other) => isSame(problem, other)) === index);
  }

  /** Forgets the problems and running calls of a phone that starts anew: its ids start anew as well. */
  restarted(phone: string): void {
    for (const running of [this.#calls, this.#requests]) {
      for (const [key, entry] of running) if (entry.phone === phone) running.delete(key);
    }
    this.#remove("problems", (entry) => entry.phone === phone);
  }

  #addCall(phone: string, record: Of<"call">): void {
    const key = `${phone} ${record.id}`;
    const running = this.#calls.get(key);
    if (running && record.result) {
      this.#calls.delete(key);
      // Its options stay those of the call; the answer needs not repeat them.
      running.record = { ...(running.record as Of<"call">), result: record.result, end: record.time };
      return;
    }
    const entry: Entry<StepRecord> = {
      seq: this.#seq++,
      phone,
      record: { ...record, end: record.result ? record.time : null },
    };
    if (!record.result) this.#calls.set(key, entry);
    this.#push("steps", entry);
  }

  #addRequest(phone: string, { time, request }: Of<"request">): void {
    const key = `${phone} ${request.id}`;
    const running = this.#requests.get(key);
    const over = request.duration !== null || request.status !== null || request.error !== "";
    if (running && over) {
      const { time, messages, count } = running.record;
      running.record = { ...request, time, messages, count };
      if (request.duration !== null || request.error !== "") this.#requests.delete(key);
      return;
    }
    const entry: Entry<LoggedRequest> = { seq: this.#seq++, phone, record: { ...request, time } };
    if (!over) this.#requests.set(key, entry);
    this.#push("requests", entry);
  }

  #addMessage(phone: string, { id, message }: Of<"message">): void {
    const socket = this.#requests.get(`${phone} ${id}`);
    if (!socket) return;
    const { messages = [], count = 0 } = socket.record;
    socket.record = {
      ...socket.record,
      messages: [...messages.slice(1 - MESSAGES), message],
      count: count + 1,
    };
  }

  #addProblem(phone: string, problem: Problem): void {
    const known = this.problems.some((entry) => entry.phone === phone && isSame(problem, entry.record));
    if (!known) this.#push("problems", { seq: this.#seq++, phone, record: problem });
  }

  #remove<K extends keyof typeof LIMITS>(kind: K, which: (entry: Log[K][number]) => boolean): void {
    const list = this[kind] as Log[K][number][];
    list.splice(0, list.length, ...list.filter((entry) => !which(entry)));
  }

  #push<K extends keyof typeof LIMITS>(kind: K, entry: Log[K][number]): void {
    const list = this[kind] as Log[K][number][];
    list.push(entry);
    // In large steps: to drop one entry for each that comes would move the whole list each time.
    if (list.length > LIMITS[kind] * 1.1) list.splice(0, list.length - LIMITS[kind]);
  }
}

function isSame(a: Problem, b: Problem): boolean {
  return a.file === b.file && a.line === b.line && a.column === b.column && a.message === b.message;
}
