const { log } = require("../../log");

const ANIMALS = { mammals: ["cat", "dog", "otter"], birds: ["crow", "swift"] };

Page({
  ...log,
  data: {
    events: [],
    cities: [{ name: "北京" }, { name: "上海" }, { name: "深圳" }],
    city: 1,
    columns: [Object.keys(ANIMALS), ANIMALS.mammals],
    places: [0, 0],
    time: "10:30",
    date: "2024-02-29",
    month: "2026-11",
    region: ["广东省", "深圳市", "南山区"],
  },

  choose(event) {
    this.on(event);
    this.setData({ city: event.detail.value });
  },
  /** The first column decides what is in the second. */
  column(event) {
    this.on(event);
    const { column, value } = event.detail;
    if (column !== 0) return this.setData({ "places[1]": value });
    this.setData({ "columns[1]": Object.values(ANIMALS)[value], places: [value, 0] });
  },
  keep(event) {
    this.on(event);
    this.setData({ [event.currentTarget.dataset.name]: event.detail.value });
  },
});
