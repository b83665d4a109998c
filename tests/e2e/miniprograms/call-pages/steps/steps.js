/** A call step by step: one button each, methods taken off the context, each a promise. */
const ROOM = "by-steps";

function promised(method) {
  return (options) => new Promise((success, fail) => method({ ...options, success, fail }));
}

Page({
  data: { me: "", shown: false, state: "nothing yet", members: [], cameras: [], others: [] },

  onShow() {
    tt.login({ success: ({ anonymousCode }) => this.setData({ me: anonymousCode.slice(0, 8) }) });
  },

  create() {
    this.context = tt.createRtcRoomContext({ appId: "" });
    this.setData({ state: "created" });
  },

  async capture() {
    const { changeVideoCapture, changeAudioCapture } = this.context;
    await promised(changeVideoCapture)({ state: 1 });
    await promised(changeAudioCapture)({ state: 1 });
    this.setData({ state: "capturing" });
  },

  show() {
    this.setData({ shown: true });
  },

  async join() {
    this.context.onRtcChatMembersChanged(this.onMembers);
    const answer = await promised(this.context.joinRtcRoom)({ roomId: ROOM, userId: this.data.me, token: "" }).catch((error) => error);
    this.setData({ state: answer.errMsg });
  },

  onMembers({ userIdList }) {
    this.setData({ others: userIdList.filter((user) => user !== this.data.me) });
  },

  async stop() {
    const { changeVideoCapture, changeAudioCapture } = this.context;
    await promised(changeVideoCapture)({ state: 0 });
    await promised(changeAudioCapture)({ state: 0 });
    this.setData({ shown: false, state: "stopped" });
  },

  async leave() {
    const { errMsg } = await promised(this.context.exitRtcRoom)({ roomId: ROOM });
    this.context.offRtcChatMembersChanged(this.onMembers);
    this.setData({ others: [], state: errMsg });
  },

  onUnload() {
    if (this.context) this.leave();
  },
});
