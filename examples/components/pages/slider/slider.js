const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], now: "" },

  changing({ detail }) {
    this.setData({ now: detail.value });
  },
});
