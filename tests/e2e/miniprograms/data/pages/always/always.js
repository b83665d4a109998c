const page = {
  data: { last: "", buttons: 0, with: true },
  set(when) {
    this.setData({ last: when, buttons: this.data.buttons + 1 });
    // It reads what it has set, whatever else comes of it.
    getApp().calls.push(`${when} ${this.data.last}`);
  },
  take({ detail }) {
    this.set(detail);
  },
};
for (const when of ["onLoad", "onShow", "onReady", "onHide", "onUnload"]) {
  page[when] = function () {
    this.set(when);
    if (when === "onUnload") getApp().unloaded = this;
  };
}
Page(page);
