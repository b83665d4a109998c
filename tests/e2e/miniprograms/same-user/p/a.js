// Every phone takes the same user id, as programs do that cut it out of something that is not opaque.
const rtc = tt.createRtcRoomContext({ appId: "123456789012345678901234" });
Page({
  data: { said: "" },
  join() {
    const answer = ({ errMsg }) => this.setData({ said: errMsg });
    rtc.joinRtcRoom({ roomId: "lobby", userId: "anonymou", token: "", success: answer, fail: answer });
  },
  leave() {
    rtc.exitRtcRoom({ roomId: "lobby" });
  },
});
