// A call by tt-rtc.

import init, { install } from "/pkg/index.js";

const call = (context, method, options = {}) =>
  new Promise((success, fail) => context[method]({ ...options, success, fail }));

export async function join({ signaling, iceTransportPolicy, room, user, other, token = "" }, page) {
  await init();
  const tt = install({ signaling, iceTransportPolicy, target: {}, connectionEvents: true });
  const context = tt.createRtcRoomContext({ appId: "" });
  context.onRtcStateChanged(({ errNo, errMsg, data }) => page.state({ errNo, errMsg, ...data }));
  context.onRtcChatMembersChanged(({ userIdList }) => page.members(userIdList));
  context.onRtcChatInterrupted(page.interrupted);
  const picture = document.createElement("rtc-room");
  picture.setAttribute("user-id", other);
  picture.setAttribute("mode", "video");
  picture.style.cssText = "display: block; width: 320px; height: 180px";
  document.body.append(picture);
  page.watch(picture.shadowRoot.querySelector("video"));
  await call(context, "changeVideoCapture", { state: 1 });
  await call(context, "changeAudioCapture", { state: 1 });
  await call(context, "joinRtcRoom", { roomId: room, userId: user, token });
}
