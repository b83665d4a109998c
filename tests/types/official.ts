// Our context where the platform's typings ask for theirs, and code written against theirs with
// ours behind it.

import type { createRtcRoomContext, RtcContext } from "@douyin-microapp/typings/api/rtc-room";
import init, { createWebRoomContext, install, type RtcRoomContext, type Tt } from "tt-rtc";

declare const ours: RtcRoomContext;
declare const tt: Tt;

/** Both directions that matter: the context, and the function that makes it. */
export const theirs: RtcContext = ours;
export const make: typeof createRtcRoomContext = tt.createRtcRoomContext;
export const fromString: RtcContext = make("123456781234567812345678");
export const fromObject: RtcContext = tt.createRtcRoomContext({ appId: "a" });
export const fromWeb: RtcContext = createWebRoomContext({ appId: "a" });
export const everyMember: Record<keyof RtcContext, unknown> = ours;

/** Parameters typed by theirs go to our methods. */
type Options<Method extends keyof RtcContext> = Parameters<RtcContext[Method]>[0];

export function passOn(
  join: Options<"joinRtcRoom">,
  exit: Options<"exitRtcRoom">,
  camera: Options<"switchCamera">,
  video: Options<"changeVideoCapture">,
  audio: Options<"changeAudioCapture">,
): void {
  ours.exitRtcRoom(exit);
  ours.switchCamera(camera);
  ours.changeVideoCapture(video);
  ours.changeAudioCapture(audio);
  ours.joinRtcRoom({ ...join, success: (res) => join.success?.(res) });
}

/** So do listeners. */
type Listener<Method extends keyof RtcContext> = Parameters<RtcContext[Method]>[0];

export function listen(
  list: Listener<"onRtcChatMembersChanged">,
  state: Listener<"onRtcStateChange">,
  interrupted: Listener<"onRtcChatInterrupted">,
  off: Listener<"offRtcChatMembersChanged">,
): void {
  ours.onRtcChatMembersChanged(list);
  ours.onRtcVideoMembersChanged(list);
  ours.onRtcChatSpeakersChanged(list);
  ours.onRtcPublishScreenMembersChanged(list);
  ours.onRtcStateChange(state);
  ours.onRtcStateChanged(state);
  ours.onRtcChatInterrupted(interrupted);
  ours.offRtcChatMembersChanged(off);
}

/** A call page's code in the manner of the platform's guide, typed by theirs. */
export class CallPage {
  readonly client: RtcContext;
  roster: string[] = [];

  constructor(context: RtcContext) {
    this.client = context;
    this.client.onRtcChatMembersChanged(this.onMembers);
    this.client.onRtcStateChange(({ errNo, errMsg, data }) => [errNo.toFixed(), errMsg, data]);
  }

  onMembers = ({ userIdList }: { userIdList: string[] }): void => {
    this.roster = userIdList;
  };

  startVideoCapture(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.client.changeVideoCapture({
        state: 1,
        success() {
          resolve();
        },
        fail(err) {
          reject(err.errNo === 10200 ? "permission" : err.errMsg);
        },
      });
    });
  }

  join(roomId: string, userId: string, token: string): Promise<string> {
    return new Promise((resolve, reject) => {
      this.client.joinRtcRoom({
        roomId,
        userId,
        token,
        roomConfig: { autoPublish: true, autoSubscribe: false },
        success: (res) => resolve(res.errMsg),
        fail: reject,
        complete: (res) => console.info(res.errMsg, res.errNo),
      });
    });
  }

  leave(roomId: string): void {
    this.client.exitRtcRoom({ roomId });
    this.client.offRtcChatMembersChanged(this.onMembers);
    this.client.offRtcPublishScreenMembersChanged(this.onMembers);
  }
}

export async function start(): Promise<CallPage> {
  await init();
  return new CallPage(install({ target: {} }).createRtcRoomContext({ appId: "a" }));
}
