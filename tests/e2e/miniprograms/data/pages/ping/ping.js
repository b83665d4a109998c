Page({
  onLoad() {
    tt.redirectTo({ url: "/pages/pong/pong", fail: ({ errMsg }) => getApp().calls.push(errMsg) });
  },
});
