const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], x: 0, y: 0, scale: 1, place: "" },

  moved({ detail }) {
    this.setData({ place: `${detail.x}, ${detail.y} ${detail.source}` });
  },
  way(event) {
    if (this.data.events.some(({ type }) => type === event.type)) return;
    this.on(event);
  },
  move() {
    this.setData({ x: 60, y: 40 });
  },
  zoom() {
    this.setData({ scale: 2 });
  },
});
