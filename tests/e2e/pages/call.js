// Two participants of one page, for the measurements.

import init, { connections, createWebRoomContext, destroy } from "/pkg/index.js";

export { connections, createWebRoomContext, destroy };
export const loaded = init();

/** A method of a context as a promise. */
export const call = (context, method, options = {}) =>
  new Promise((success, fail) => context[method]({ ...options, success, fail }));

/**
 * The picture of all that is measured: at 15 frames a second, chance would decide too much. It has the
 * camera's own shape: the library scales others and a bare page has the browser crop them, so the
 * two would send pictures of different sizes.
 */
export const solution = { width: 640, height: 480, frameRate: 30 };

/** A context that captures camera and microphone. */
export async function capturing() {
  const context = createWebRoomContext({ appId: "" });
  await call(context, "setVideoEncoderConfig", { maxSolution: solution });
  await call(context, "changeVideoCapture", { state: 1 });
  await call(context, "changeAudioCapture", { state: 1 });
  return context;
}

export const join = (context, roomId, userId) => call(context, "joinRtcRoom", { roomId, userId, token: "" });

export const leave = (context, roomId) => call(context, "exitRtcRoom", { roomId });

/** An element for the picture of `userId`, and its video. */
export function picture(userId) {
  const room = document.createElement("rtc-room");
  room.setAttribute("user-id", userId);
  room.setAttribute("mode", "video");
  room.style.cssText = "display: block; width: 320px; height: 180px";
  document.body.append(room);
  return { room, video: (room.shadowRoot ?? room).querySelector("video") };
}

/** When the next frame of `video` is presented. */
export const nextFrame = (video) =>
  new Promise((presented) => video.requestVideoFrameCallback(() => presented(performance.now())));
