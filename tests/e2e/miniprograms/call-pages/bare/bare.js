/** Calls as few pages make them: options of a class, options that throw, no options. */
class Invitation {
  constructor(page) {
    this.page = page;
  }
  get roomId() {
    return "by-class";
  }
  get userId() {
    return "somebody";
  }
  get token() {
    return "";
  }
  get complete() {
    return ({ errMsg }) => this.page.setData({ answers: errMsg });
  }
}

Page({
  data: { answers: "nothing yet" },

  go() {
    const context = tt.createRtcRoomContext({ appId: "" });
    context.exitRtcRoom();
    context.updateToken({
      get token() {
        throw new Error("unreadable");
      },
    });
    context.joinRtcRoom(new Invitation(this));
  },
});
