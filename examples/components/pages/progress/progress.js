const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], percent: 20 },

  more() {
    this.setData({ percent: (this.data.percent + 20) % 120 });
  },
});
