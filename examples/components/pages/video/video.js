const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], time: 0, muted: true },

  tick({ detail }) {
    this.setData({ time: detail.currentTime.toFixed(1) });
  },
  mute() {
    this.setData({ muted: !this.data.muted });
  },
});
