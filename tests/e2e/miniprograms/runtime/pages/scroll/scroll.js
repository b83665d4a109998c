const log = require("../../log");

Page({
  data: { rows: Array.from({ length: 40 }, (_, i) => i) },
  onPageScroll({ scrollTop }) { this.scrolled = scrollTop; },
  onReachBottom() { log("onReachBottom"); },
  onPullDownRefresh() { log("onPullDownRefresh"); },
});
