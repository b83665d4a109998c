Page({
  onLoad() {
    tt.navigateTo({ url: "/pages/values/values" });
  },
  onShow() {
    if (!this.again) tt.navigateTo({ url: "/pages/plain/plain" });
    this.again = true;
  },
});
