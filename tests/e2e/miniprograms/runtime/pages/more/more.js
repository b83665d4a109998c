const log = require("../../log");

Page({
  data: { width: 100 },
  tapped() { log("tapped"); },
  done(x) { log(`done ${x > 0}`); },
});
