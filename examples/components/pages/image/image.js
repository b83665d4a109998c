const { log } = require("../../log");

Page({
  ...log,
  data: {
    events: [],
    modes: [
      "scaleToFill", "aspectFit", "aspectFill", "top", "bottom", "center", "left", "right",
      "top left", "top right", "bottom left", "bottom right",
    ],
  },
});
