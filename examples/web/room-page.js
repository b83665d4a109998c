// The call page: what a mini-program's pages/room/room.js is. It knows tt, the app and its own
// data, and nothing of the document.

import { deviceMessage, interruptedMessage, joinMessage, stateMessage } from "./messages.js";
import * as RtcClient from "./rtc-client.js";

const toastFailure = (title) => tt.showToast({ title, icon: "fail" });

/** The events of a call, and what of the page hears them. */
const listeners = {
  RtcChatMembersChanged: "onRoomMembersChanged",
  RtcVideoMembersChanged: "onVideoMembersChanged",
  RtcChatSpeakersChanged: "onSpeakersChanged",
  RtcPublishScreenMembersChanged: "onScreenUsersChanged",
  RtcStateChanged: "onStateChanged",
  RtcChatInterrupted: "onInterrupted",
  RoomTokenWillExpire: "onTokenWillExpire",
};

export const roomPage = {
  data: {
    /** lobby → joining → call → leaving → lobby */
    phase: "lobby",
    userId: "",
    roomId: "",
    token: "",
    micOn: true,
    cameraOn: true,
    camera: "front",
    sound: "speakerphone",
    canShare: false,
    members: [],
    videoUsers: [],
    speakers: [],
    screenUsers: [],
    /** When the call began, by performance.now(). */
    since: 0,
    /** Why the last call ended, if not because the user left. */
    notice: "",
    /** Controls that wait for an answer of the context. */
    pending: [],
    /** The latest events, newest last. */
    events: [],
  },

  onLoad(options) {
    this.setData({
      micOn: app.micOn,
      cameraOn: app.cameraOn,
      sound: app.sound,
      userId: options.userId,
      roomId: options.roomId,
      token: decodeURIComponent(options.token),
      canShare: "changeScreenCapture" in app.RtcClient,
    });
    for (const [event, name] of Object.entries(listeners)) {
      app.RtcClient[`on${event}`](this[name]);
    }
  },

  onUnload() {
    for (const [event, name] of Object.entries(listeners)) {
      app.RtcClient[`off${event}`](this[name]);
    }
    if (this.data.phase !== "lobby") RtcClient.leaveRoom(this.data.roomId).catch(console.error);
  },

  // ---- joining and leaving ----

  /** Starts what the user wants to be seen and heard with, then joins. */
  async handleJoin() {
    if (this.data.phase !== "lobby") return;
    this.setData({ phase: "joining", notice: "" });

    if (app.cameraOn) {
      await RtcClient.startVideoCapture().catch((err) => this.onDeviceFailed("camera", err));
    } else {
      await RtcClient.stopVideoCapture().catch(console.error);
    }
    if (app.micOn) {
      await RtcClient.startAudioCapture().catch((err) => this.onDeviceFailed("microphone", err));
      await RtcClient.publishStream("audio").catch(console.error);
    } else {
      await RtcClient.stopAudioCapture().catch(console.error);
      await RtcClient.unPublishStream("audio").catch(console.error);
    }
    await this.joinRtcRoom();
  },

  async joinRtcRoom() {
    const { roomId, userId, token } = this.data;
    try {
      await RtcClient.joinRoom({ roomId: `call_${roomId}`, userId, token });
      this.setData({ phase: "call", since: performance.now() });
      tt.showToast({ title: "You are in the call" });
    } catch (err) {
      console.error("joinRtcRoom", err);
      await this.backToLobby(joinMessage(err));
    }
  },

  async handleLeave() {
    if (this.data.phase !== "call") return;
    this.setData({ phase: "leaving" });
    await RtcClient.leaveRoom(this.data.roomId).catch(console.error);
    await this.backToLobby();
  },

  /** Outside a call, nobody's camera stays on. */
  async backToLobby(notice = "") {
    app.duration = this.data.since ? Math.round((performance.now() - this.data.since) / 1000) : 0;
    this.setData({
      phase: "lobby",
      notice,
      since: 0,
      members: [],
      videoUsers: [],
      speakers: [],
      screenUsers: [],
      pending: [],
    });
    const captures = [RtcClient.stopVideoCapture(), RtcClient.stopAudioCapture()];
    if (this.data.canShare) captures.push(RtcClient.stopScreenCapture());
    await Promise.allSettled(captures);
  },

  // ---- controls ----

  async toggleMic() {
    const on = !app.micOn;
    await this.control("mic", async () => {
      if (this.data.phase !== "lobby") {
        if (on) {
          await RtcClient.startAudioCapture();
          await RtcClient.publishStream("audio");
        } else {
          await RtcClient.unPublishStream("audio");
          await RtcClient.stopAudioCapture();
        }
      }
      app.micOn = on;
      this.setData({ micOn: on });
    }).catch((err) => this.onDeviceFailed("microphone", err));
  },

  async toggleCamera() {
    const on = !app.cameraOn;
    await this.control("camera", async () => {
      if (this.data.phase !== "lobby") {
        await (on ? RtcClient.startVideoCapture() : RtcClient.stopVideoCapture());
      }
      app.cameraOn = on;
      this.setData({ cameraOn: on });
    }).catch((err) => this.onDeviceFailed("camera", err));
  },

  async toggleCameraPosition() {
    const camera = this.data.camera === "front" ? "back" : "front";
    await this.control("switch-camera", async () => {
      await RtcClient.switchCamera(camera);
      this.setData({ camera });
    }).catch((err) => toastFailure(deviceMessage("camera", err)));
  },

  async toggleSound() {
    const sound = app.sound === "speakerphone" ? "earpiece" : "speakerphone";
    await this.control("speaker", async () => {
      await RtcClient.setSound(sound);
      app.sound = sound;
      this.setData({ sound });
    }).catch((err) => toastFailure(`The sound cannot be switched (${err.errMsg}).`));
  },

  async toggleShare() {
    const sharing = this.data.screenUsers.includes(this.data.userId);
    await this.control("share", () =>
      sharing ? RtcClient.stopScreenCapture() : RtcClient.startScreenCapture(),
    ).catch((err) => toastFailure(deviceMessage("screen", err)));
  },

  /** Runs what a control does, unless it is at it already. */
  async control(name, action) {
    if (this.data.pending.includes(name)) return;
    this.setData({ pending: [...this.data.pending, name] });
    try {
      await action();
    } finally {
      this.setData({ pending: this.data.pending.filter((other) => other !== name) });
    }
  },

  /** The call goes on without the device, and the button says so. */
  onDeviceFailed(device, err) {
    console.error(device, err);
    if (device === "camera") app.cameraOn = false;
    else app.micOn = false;
    this.setData({ cameraOn: app.cameraOn, micOn: app.micOn });
    toastFailure(deviceMessage(device, err));
  },

  // ---- events ----

  /** Who is in the room. */
  onRoomMembersChanged({ userIdList }) {
    this.log("members", userIdList);
    this.setData({ members: userIdList });
  },

  /** Whose camera is on. */
  onVideoMembersChanged({ userIdList }) {
    this.log("video", userIdList);
    this.setData({ videoUsers: userIdList });
  },

  /** Whose microphone is on. */
  onSpeakersChanged({ userIdList }) {
    this.log("speakers", userIdList);
    this.setData({ speakers: userIdList });
  },

  /** Who shares a screen. */
  onScreenUsersChanged({ userIdList }) {
    this.log("screens", userIdList);
    this.setData({ screenUsers: userIdList });
  },

  onStateChanged({ errNo, errMsg, data }) {
    this.log("state", { errNo, errMsg, data });
    const message = stateMessage(errNo);
    if (message) toastFailure(message);
  },

  onInterrupted({ errNo, errMsg }) {
    this.log("interrupted", { errNo, errMsg });
    this.backToLobby(interruptedMessage({ errNo, errMsg })).catch(console.error);
  },

  onTokenWillExpire() {
    this.log("token", "expires in 30 s");
  },

  log(name, payload) {
    const text = Array.isArray(payload)
      ? payload.join(", ") || "nobody"
      : typeof payload === "string"
        ? payload
        : [payload.errNo, payload.errMsg].join(" ");
    this.setData({ events: [...this.data.events.slice(-199), { time: new Date(), name, text }] });
  },
};
