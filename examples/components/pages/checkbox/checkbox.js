const { log } = require("../../log");

Page({
  ...log,
  data: {
    events: [],
    items: [
      { value: "apple", name: "apple · 苹果", checked: true, color: "" },
      { value: "pear", name: "pear · 梨", color: "#1d9c7c" },
      { value: "plum", name: "plum · 李子", color: "" },
      { value: "quince", name: "quince, disabled · 榅桲", disabled: true, color: "" },
    ],
  },
});
