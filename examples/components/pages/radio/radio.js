const { log } = require("../../log");

Page({
  ...log,
  data: {
    events: [],
    items: [
      { value: "red", name: "red · 红", checked: true },
      { value: "green", name: "green · 绿" },
      { value: "blue", name: "blue, disabled · 蓝", disabled: true },
    ],
  },
});
