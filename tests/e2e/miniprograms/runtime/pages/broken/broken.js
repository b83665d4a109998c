const fail = (where) => () => {
  throw new Error(`broken ${where}`);
};

Page({
  data: { n: 0 },
  onLoad: fail("onLoad"),
  onShow: fail("onShow"),
  onReady: fail("onReady"),
  onHide: fail("onHide"),
  onUnload: fail("onUnload"),
  tap: fail("tap"),
  later() {
    setTimeout(fail("timer"));
  },
  async reject() {
    throw new Error("broken promise");
  },
  unknown() {
    tt.thereIsNoSuchFunction();
  },
});
