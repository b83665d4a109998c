const { log } = require("../../log");

Page({
  ...log,

  onLoad() {
    this.rtc = tt.createRtcRoomContext({ appId: "components" });
  },
  onUnload() {
    this.rtc.changeVideoCapture({ state: 0, success() {}, fail() {} });
  },

  capture({ detail }) {
    this.rtc.changeVideoCapture({
      state: detail.value ? 1 : 0,
      success: (result) => this.on({ type: "success", detail: result }),
      fail: (error) => this.on({ type: "fail", detail: error }),
    });
  },
});
