// Shape: a style sheet that does everything (hundreds of classes for colours, gradients, grids, cards,
// and an icon font in a data: address) and a navigation bar of its own whose properties take a list of
// types. The pages are little but classes.
App({
  onLaunch() {
    const system = tt.getSystemInfoSync();
    const capsule = tt.getMenuButtonBoundingClientRect();
    this.globalData = { StatusBar: system.statusBarHeight, Custom: capsule, CustomBar: capsule.bottom + capsule.top - system.statusBarHeight };
  },
});
