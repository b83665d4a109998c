Page({
  data: { pulled: 0 },
  onPullDownRefresh() {
    this.setData({ pulled: this.data.pulled + 1 });
  },
  onShareAppMessage: () => ({ title: "A card", desc: "of page A", path: "/pages/a/a?from=card" }),
});
