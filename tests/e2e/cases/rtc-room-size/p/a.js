Page({
  onLoad() {
    this.room = tt.createRtcRoomContext({ appId: "" });
    this.room.changeVideoCapture({ state: 1 });
  },
});
