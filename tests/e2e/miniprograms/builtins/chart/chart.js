Page({
  ...require("../log"),
  data: {
    markers: [
      { id: 1, longitude: 113, latitude: 23, callout: { content: "Here", display: "BYCLICK" } },
      { id: 2, longitude: 113.002, latitude: 23.001, iconPath: "/blue.png", width: 20, height: 20, anchor: { x: 0.5, y: 0.5 }, label: { content: "Two" } },
    ],
    circles: [{ longitude: 113, latitude: 23, radius: 100, color: "#ff0000ff", fillColor: "#ff000033" }],
    line: [{ points: [{ longitude: 113, latitude: 23 }, { longitude: 113.002, latitude: 23.001 }], color: "#0000ff", width: 4 }],
  },
  onReady() {
    this.map = tt.createMapContext("map");
  },
});
