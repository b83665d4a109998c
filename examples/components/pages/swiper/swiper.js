const { log } = require("../../log");

Page({
  ...log,
  data: {
    events: [],
    colors: ["#3f6df6", "#e0476b", "#1d9c7c"],
    current: 0,
    autoplay: false,
    circular: true,
  },

  setAutoplay(event) {
    this.setData({ autoplay: event.detail.value });
  },
  setCircular(event) {
    this.setData({ circular: event.detail.value });
  },
  next() {
    this.setData({ current: (this.data.current + 1) % this.data.colors.length });
  },
});
