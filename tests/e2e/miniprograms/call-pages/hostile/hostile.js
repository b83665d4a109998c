/** A call whose page misuses all that it has: wrong types, callbacks that throw, far too much data. */
const WRONG = [undefined, null, 0, "text", [], () => {}, { roomId: 1, userId: {}, token: [], state: "on", streamIndex: -1 }];

Page({
  data: { me: "", others: [], gone: false, state: "nothing yet" },

  onLoad() {
    tt.login({ success: ({ anonymousCode }) => this.setData({ me: anonymousCode.slice(0, 8) }) });
  },

  join() {
    this.context = tt.createRtcRoomContext({ appId: "" });
    this.context.onRtcChatMembersChanged(({ userIdList }) => {
      this.setData({ others: userIdList.filter((user) => user !== this.data.me) });
      throw new Error("thrown by a listener");
    });
    this.context.onRtcChatSpeakersChanged(() => this.setData({ ballast: "x".repeat(1 << 20) }));
    const fail = ({ errMsg }) => this.setData({ state: errMsg });
    this.context.changeVideoCapture({
      state: 1,
      success: () =>
        this.context.joinRtcRoom({
          roomId: "hostile",
          userId: this.data.me,
          token: "",
          success: ({ errMsg }) => {
            this.setData({ state: errMsg });
            throw new Error("thrown by success");
          },
          fail,
        }),
      fail,
    });
  },

  misuse() {
    let thrown = 0;
    const names = Object.keys(this.context).filter((name) => !/^exit|^destroy|^change(Video|Audio)Capture/.test(name));
    for (const name of names) {
      for (const wrong of WRONG) {
        try {
          this.context[name](wrong);
        } catch {
          thrown += 1;
        }
      }
    }
    this.setData({ state: `misused, methods ${names.length > 5 ? "many" : names.length}` });
    console.log(`misuse: ${names.length} methods, ${thrown} threw`);
  },

  fault() {
    this.setData({ gone: true });
    throw new Error("thrown by the error event");
  },
});
