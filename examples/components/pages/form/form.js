const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], submitted: "", cities: ["北京", "上海", "深圳"], city: 0 },

  submit({ detail }) {
    this.setData({ submitted: JSON.stringify(detail.value, null, 1) });
  },
  choose({ detail }) {
    this.setData({ city: detail.value });
  },
});
