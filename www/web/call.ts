/**
 * The call of a web participant: the library's context with its callbacks as promises, and what
 * it says as one state. Everything that is called and heard is told to the desk, as phones do.
 */
import type { RtcInterruptedEvent, RtcStateEvent, UserListEvent, WebRoomContext } from "tt-rtc";
import type { DistributiveOmit } from "../phone/phone";
import type { PhoneRecord } from "../shared/bridge";
import { SITE } from "../shared/site";
import { madeDevices } from "./devices";

/** Where the library is. Not an import that a bundler may follow. */
const LIBRARY = `${SITE}pkg/slim.js`;

export interface CallState {
  phase: "out" | "joining" | "in";
  room: string;
  user: string;
  members: string[];
  cameras: string[];
  speakers: string[];
  screens: string[];
  mic: boolean;
  camera: boolean;
  screen: boolean;
  /** What went wrong last, as the library says it. */
  trouble: string;
}
export interface JoinOptions {
  appId: string;
  roomId: string;
  userId: string;
  token: string;
  /** Made devices in place of the browser's. */
  made: boolean;
  signaling: string;
}
type Report = (record: DistributiveOmit<PhoneRecord, "time">) => void;

const OUT: CallState = {
  phase: "out",
  room: "",
  user: "",
  members: [],
  cameras: [],
  speakers: [],
  screens: [],
  mic: false,
  camera: false,
  screen: false,
  trouble: "",
};

export class Call {
  state: CallState = OUT;
  readonly #changed: () => void;
  readonly #report: Report;
  #context: WebRoomContext | undefined;
  #leave: () => void = () => undefined;
  #calls = 0;

  constructor(changed: () => void, report: Report) {
    this.#changed = changed;
    this.#report = report;
  }

  /** Joins with microphone and camera on, as far as they can be had. */
  async join({ appId, roomId, userId, token, made, signaling }: JoinOptions): Promise<void> {
    this.#set({ ...OUT, phase: "joining", room: roomId, user: userId });
    try {
      const library = (await import(LIBRARY)) as typeof import("tt-rtc");
      await library.default();
      const context = library.createWebRoomContext({
        appId,
        signaling: hubAt(signaling) as "local",
        ...(made ? { mediaDevices: madeDevices(userId) } : {}),
      });
      this.#context = context;
      this.#leave = () => library.destroy(context);
      this.#listen(context);
      await this.setCamera(true).catch(() => undefined);
      await this.setMic(true).catch(() => undefined);
      await this.#call("joinRtcRoom", { roomId, userId, token });
      this.#set({ phase: "in" });
    } catch (error) {
      this.#end();
      this.#set({ ...OUT, trouble: textOf(error) });
    }
  }

  async leave(): Promise<void> {
    await this.#call("exitRtcRoom", { roomId: this.state.room }).catch(() => undefined);
    this.#end();
    this.#set(OUT);
  }

  setMic(on: boolean): Promise<void> {
    return this.#switch("mic", on, "changeAudioCapture");
  }
  setCamera(on: boolean): Promise<void> {
    return this.#switch("camera", on, "changeVideoCapture");
  }
  setScreen(on: boolean): Promise<void> {
    return this.#switch("screen", on, "changeScreenCapture");
  }

  async #switch(device: "mic" | "camera" | "screen", on: boolean, name: keyof WebRoomContext): Promise<void> {
    try {
      await this.#call(name, { state: on ? 1 : 0 });
      this.#set({ [device]: on, trouble: "" });
    } catch (error) {
      this.#set({ trouble: textOf(error) });
      throw error;
    }
  }

  #listen(context: WebRoomContext): void {
    const list =
      (name: "members" | "cameras" | "speakers" | "screens", event: string) => (payload: UserListEvent) => {
        this.#report({ kind: "event", name: event, payload });
        this.#set({ [name]: payload.userIdList });
      };
    context.onRtcChatMembersChanged(list("members", "onRtcChatMembersChanged"));
    context.onRtcVideoMembersChanged(list("cameras", "onRtcVideoMembersChanged"));
    context.onRtcChatSpeakersChanged(list("speakers", "onRtcChatSpeakersChanged"));
    context.onRtcPublishScreenMembersChanged((payload) => {
      list("screens", "onRtcPublishScreenMembersChanged")(payload);
      // Browsers have a button of their own that ends it.
      this.#set({ screen: payload.userIdList.includes(this.state.user) });
    });
    context.onRtcStateChanged((payload: RtcStateEvent) =>
      this.#report({ kind: "event", name: "onRtcStateChanged", payload }),
    );
    context.onRtcChatInterrupted((payload: RtcInterruptedEvent) => {
      this.#report({ kind: "event", name: "onRtcChatInterrupted", payload });
      this.#end();
      this.#set({ ...OUT, trouble: payload.errMsg });
    });
  }

  /** Calls a method of the context, and settles as it answers. */
  #call(name: keyof WebRoomContext, options: Record<string, unknown>): Promise<unknown> {
    const id = ++this.#calls;
    this.#report({ kind: "call", id, name, options, result: null });
    return new Promise((success, fail) => {
      const method = this.#context?.[name] as ((options: object) => void) | undefined;
      if (!method) {
        fail(new Error("there is no call"));
        return;
      }
      const answer = (ok: boolean, settle: (value: unknown) => void) => (value: unknown) => {
        this.#report({ kind: "call", id, name, options, result: { ok, value } });
        settle(value);
      };
      method({ ...options, success: answer(true, success), fail: answer(false, fail) });
    });
  }

  #end(): void {
    this.#leave();
    this.#leave = () => undefined;
    this.#context = undefined;
  }

  #set(change: Partial<CallState>): void {
    this.state = { ...this.state, ...change };
    this.#changed();
  }
}

/** `local`, or the whole address of a hub that may be given as a path of this server. */
function hubAt(signaling: string): string {
  if (signaling === "local") return signaling;
  const url = new URL(signaling, location.href);
  url.protocol = url.protocol.replace("http", "ws");
  return url.href;
}

function textOf(error: unknown): string {
  const { errMsg, message } = Object(error) as { errMsg?: string; message?: string };
  return errMsg ?? message ?? String(error);
}
