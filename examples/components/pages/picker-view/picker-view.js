const { log } = require("../../log");

const from = (first, count) => Array.from({ length: count }, (_, index) => first + index);

Page({
  ...log,
  data: { events: [], years: from(2020, 10), months: from(1, 12), value: [6, 10] },

  change(event) {
    this.on(event);
    this.setData({ value: event.detail.value });
  },
  set() {
    this.setData({ value: [3, 5] });
  },
});
