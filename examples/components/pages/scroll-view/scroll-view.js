const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], top: 0, into: "", offset: 0, animated: false, triggered: false },

  scrolled(event) {
    this.setData({ offset: Math.round(event.detail.scrollTop) });
  },
  toTop() {
    this.setData({ top: this.data.top === 120 ? 121 : 120 });
  },
  toLine() {
    this.setData({ into: "" });
    this.setData({ into: "line-10" });
  },
  refresh(event) {
    this.on(event);
    this.setData({ triggered: true });
    setTimeout(() => this.setData({ triggered: false }), 400);
  },
});
