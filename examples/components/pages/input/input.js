const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], value: "0123456789", focus: false },

  upper({ detail }) {
    return detail.value.toUpperCase();
  },
  focus() {
    this.setData({ focus: false });
    this.setData({ focus: true });
  },
  set() {
    this.setData({ value: `set ${Date.now()}` });
  },
});
