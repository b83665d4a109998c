/**
 * Tells the desk what passes between a page and its context: each call with what came of it, each
 * event. The page notices nothing: its context has the same functions, which do the same.
 */
import type { RtcRoomContext } from "tt-rtc";
import type { CallStats } from "../../shared/bridge";
import type { Phone } from "../phone";

type Callback = (result: unknown) => void;
type Method = (options: unknown) => void;
type Lists = CallStats["lists"];

/** The events that carry lists, and the list. */
const LISTS: Record<string, keyof Lists> = {
  RtcChatMembersChanged: "chat",
  RtcVideoMembersChanged: "video",
  RtcChatSpeakersChanged: "speakers",
  RtcPublishScreenMembersChanged: "screen",
};
const EVENTS = [...Object.keys(LISTS), "RtcStateChanged", "RtcChatInterrupted", "RoomTokenWillExpire"];

/** What is known of one app's engine. */
interface Engine {
  context: RtcRoomContext;
  appId: string;
  room: { roomId: string; userId: string } | null;
  /** Whether it was told to leave the room, and has not answered yet. */
  leaving: boolean;
  lists: Lists;
}

/** Numbers the calls of a phone, over restarts of its mini-program. */
let calls = 0;

export class Recorder {
  readonly #phone: Phone;
  readonly #engines = new Map<string, Engine>();

  constructor(phone: Phone) {
    this.#phone = phone;
  }

  /** One context of each engine. */
  contexts(): RtcRoomContext[] {
    return [...this.#engines.values()].map(({ context }) => context);
  }

  /** The context that is in a room, or the first one. */
  context(): RtcRoomContext | undefined {
    return this.#current()?.context;
  }

  /** Whether a page is in a room, and not about to leave it. */
  inRoom(): boolean {
    return [...this.#engines.values()].some(({ room, leaving }) => room !== null && !leaving);
  }

  /** What a page was told of its call. */
  state(): CallStats {
    const engine = this.#current();
    return {
      appId: engine?.appId ?? "",
      roomId: engine?.room?.roomId ?? "",
      userId: engine?.room?.userId ?? "",
      lists: engine?.lists ?? noLists(),
      links: [],
    };
  }

  /** The context a page gets in place of `context`. */
  watch(context: object, options: unknown): object {
    const appId = typeof options === "string" ? options : String((options as { appId: unknown }).appId);
    let engine = this.#engines.get(appId);
    if (engine === undefined) {
      engine = { context: context as RtcRoomContext, appId, room: null, leaving: false, lists: noLists() };
      this.#engines.set(appId, engine);
      this.#listen(engine);
    }
    const watched: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(context)) {
      const isEvent = /^o(n|ff)[A-Z]/.test(name);
      const isState = /^o(n|ff)RtcStateChanged?$/.test(name);
      watched[name] = isState
        ? errorsOnly(member as Method)
        : isEvent
          ? member
          : this.#method(engine, name, member as Method);
      // A page that writes its context to the console sees what it can do.
      Object.defineProperty(watched[name], "name", { value: name });
    }
    return watched;
  }

  #current(): Engine | undefined {
    const engines = [...this.#engines.values()];
    return engines.find(({ room }) => room !== null) ?? engines[0];
  }

  #listen(engine: Engine): void {
    const context = engine.context as unknown as Record<string, (listener: Callback) => void>;
    for (const name of EVENTS) {
      context[`on${name}`]?.((payload) => {
        const list = LISTS[name];
        if (list !== undefined) engine.lists[list] = (payload as { userIdList: string[] }).userIdList;
        if (name === "RtcChatInterrupted") leave(engine);
        this.#phone.report({ kind: "event", name: `on${name}`, payload });
      });
    }
  }

  #method(engine: Engine, name: string, method: Method): Method {
    return (options) => {
      const id = ++calls;
      const record = { kind: "call", id, name, options: shown(options) } as const;
      this.#phone.report({ ...record, result: null });
      const given = Object(options ?? {}) as object;
      const [fail, complete] = [callback(given, "fail"), callback(given, "complete")];
      const leaves = name === "exitRtcRoom";
      if (leaves) engine.leaving = true;
      const answer = (value: { errMsg: string; errNo?: number }): void => {
        const ok = value.errNo === undefined;
        if (leaves) engine.leaving = false;
        if (ok) this.#note(engine, name, given);
        this.#phone.report({ ...record, result: { ok, value } });
        if (complete) complete(value);
        // What the library says where nobody listens; here somebody always does.
        else if (!ok && !fail) console.warn(value.errMsg);
      };
      // The page's own object stays what is read: it may have getters, or be of a class.
      method(Object.create(given, { complete: { value: answer } }));
    };
  }

  #note(engine: Engine, name: string, options: object): void {
    if (name === "joinRtcRoom") {
      const { roomId, userId } = options as Record<string, unknown>;
      engine.room = { roomId: String(roomId), userId: String(userId) };
    } else if (name === "exitRtcRoom") {
      leave(engine);
    }
  }
}

/** What a listener of the page is given in its place: it hears of errors alone. */
const filtered = new WeakMap<Callback, Callback>();

/** The function of a state event for pages, which are not told of their connection, as on a phone. */
function errorsOnly(method: Method): Method {
  return (listener) => {
    if (typeof listener !== "function") return method(listener);
    const callback = listener as Callback;
    const known =
      filtered.get(callback) ?? ((payload) => (payload as { errNo: number }).errNo && callback(payload));
    filtered.set(callback, known);
    method(known);
  };
}

function leave(engine: Engine): void {
  engine.room = null;
  engine.lists = noLists();
}

function noLists(): Lists {
  return { chat: [], video: [], speakers: [], screen: [] };
}

/** A function among the options of a call. What cannot be read is the library's to refuse. */
function callback(options: object, name: string): Callback | undefined {
  try {
    const value = (options as Record<string, unknown>)[name];
    return typeof value === "function" ? (value as Callback) : undefined;
  } catch {
    return undefined;
  }
}

/** Options as the desk shows them: without functions, and with no more of a token than its beginning. */
function shown(options: unknown): unknown {
  if (typeof options !== "object" || options === null) return options;
  const entries: [string, unknown][] = [];
  for (const key in options) {
    try {
      const value = (options as Record<string, unknown>)[key];
      if (typeof value !== "function") entries.push([key, value]);
    } catch {
      // The library says so.
    }
  }
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      key === "token" && typeof value === "string" && value.length > 12 ? `${value.slice(0, 12)}…` : value,
    ]),
  );
}
