const { log } = require("../../log");

Page({
  ...log,
  data: { events: [], markers: [{ id: 1, longitude: 116.397, latitude: 39.909 }] },
});
