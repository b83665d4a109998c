/** What of the RTC context this example uses. */
export interface RtcContext {
  joinRtcRoom(options: JoinOptions & Callbacks): void;
  exitRtcRoom(options: { roomId: string } & Callbacks): void;
  changeVideoCapture(options: { state: 0 | 1 } & Callbacks): void;
  changeAudioCapture(options: { state: 0 | 1 } & Callbacks): void;
  onRtcChatMembersChanged(listener: Listener): void;
  offRtcChatMembersChanged(listener: Listener): void;
  onRtcVideoMembersChanged(listener: Listener): void;
  offRtcVideoMembersChanged(listener: Listener): void;
  onRtcPublishScreenMembersChanged(listener: Listener): void;
  offRtcPublishScreenMembersChanged(listener: Listener): void;
}

export interface JoinOptions {
  roomId: string;
  userId: string;
  token: string;
}

export interface RtcFailure {
  errMsg: string;
  errNo?: number;
}

export type Listener = (event: { userIdList: string[] }) => void;

interface Callbacks {
  success?(): void;
  fail?(error: RtcFailure): void;
}

declare const tt: { createRtcRoomContext(options: { appId: string }): RtcContext };

export function createContext(appId: string): RtcContext {
  return tt.createRtcRoomContext({ appId });
}

/** A method with callbacks, as one that answers with a promise. */
export function promisify<O extends object>(
  method: (options: O & Callbacks) => void,
): (options: O) => Promise<void> {
  return (options) =>
    new Promise((resolve, reject) => {
      method({ ...options, success: () => resolve(), fail: reject });
    });
}
