/** A call page made with Component: the call lives in a behavior, the room comes with the query. */
const inCall = Behavior({
  data: { me: "", others: [], state: "nothing yet" },
  attached() {
    tt.login({ success: ({ anonymousCode }) => this.setData({ me: anonymousCode.slice(0, 8) }) });
  },
  detached() {
    if (this.context) this.context.exitRtcRoom({ roomId: this.data.room });
  },
  methods: {
    enter() {
      this.context = tt.createRtcRoomContext({ appId: "" });
      this.context.onRtcChatMembersChanged(({ userIdList }) =>
        this.setData({ others: userIdList.filter((user) => user !== this.data.me) }),
      );
      const answer = ({ errMsg }) => this.setData({ state: errMsg });
      const success = () => this.context.joinRtcRoom({ roomId: this.data.room, userId: this.data.me, token: "", complete: answer });
      this.context.changeVideoCapture({ state: 1, success, fail: answer });
    },
  },
});

Component({
  behaviors: [inCall],
  properties: { room: String },
  data: { seen: "" },
  pageLifetimes: {
    show() {
      this.setData({ seen: `shown for ${this.data.room}` });
    },
  },
});
