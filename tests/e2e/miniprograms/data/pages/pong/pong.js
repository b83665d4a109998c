Page({
  onLoad() {
    tt.redirectTo({ url: "/pages/ping/ping", fail: ({ errMsg }) => getApp().calls.push(errMsg) });
  },
});
