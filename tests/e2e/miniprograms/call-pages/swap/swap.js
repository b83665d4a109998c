/** Joins before there is an rtc-room or a camera, swaps the two pictures, and leaves only to join anew. */
const ROOM = "swapped";

Page({
  data: { me: "", large: "", small: "", state: "nothing yet" },

  onLoad() {
    const me = `user-${Math.random().toString(36).slice(2)}`;
    this.context = tt.createRtcRoomContext({ appId: "" });
    this.onCameras = ({ userIdList }) => {
      const other = userIdList.find((user) => user !== me);
      if (other && !this.data.large) this.setData({ me, large: other, small: me });
    };
    this.context.onRtcVideoMembersChanged(this.onCameras);
    this.context.joinRtcRoom({ roomId: ROOM, userId: me, token: "", complete: ({ errMsg }) => this.setData({ state: errMsg }) });
    this.context.changeVideoCapture({ state: 1 });
  },

  swap() {
    const { large, small } = this.data;
    this.setData({ large: small, small: large });
  },

  anew() {
    tt.redirectTo({ url: "/swap/swap" });
  },

  onUnload() {
    this.context.offRtcVideoMembersChanged(this.onCameras);
    this.context.exitRtcRoom({ roomId: ROOM });
  },
});
