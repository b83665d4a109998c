Page({
  data: {},
  names: [],
  ended(event) {
    this.names.push(event.detail.animationName);
  },
  onReady() {
    this.window = tt.getSystemInfoSync();
  },
});
