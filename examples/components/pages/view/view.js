const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], hidden: false },

  toggle() {
    this.setData({ hidden: !this.data.hidden });
  },
});
