const { told } = require("../log");
Page({
  ...told,
  data: {
    markers: [{ id: 7, longitude: 113.02, latitude: 23, title: "Shop" }],
    lines: [{ points: [{ longitude: 112, latitude: 22.98 }, { longitude: 114, latitude: 22.98 }], color: "#00ff00", width: 4, borderColor: "#ff0000", borderWidth: 6 }],
  },
});
