const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], position: "front" },

  turn() {
    this.setData({ position: this.data.position === "front" ? "back" : "front" });
  },
});
