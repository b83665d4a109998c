import init, { install } from "tt-rtc";

/**
 * Enters the room as the user of the address, with camera and microphone.
 *
 * @param {(state: { me: string; users: string[] }) => void} show is told who is seen
 */
export async function enter(show) {
  await init();
  const context = install().createRtcRoomContext({ appId: "" });
  const me = new URLSearchParams(location.search).get("me") ?? "alice";
  context.onRtcVideoMembersChanged(({ userIdList }) => show({ me, users: userIdList }));
  context.changeVideoCapture({ state: 1 });
  context.changeAudioCapture({ state: 1 });
  context.joinRtcRoom({ roomId: "room", userId: me, token: "", fail: console.error });
}
