// Shape: a shop that grew for years. Every library is required by a path that is computed when the
// program runs, the app's own included, and every page is made by a loader that merges a base into it.
const base = './libs/';
const libs = {};
['store', 'money', 'catalog', 'cart', 'route'].forEach((name) => {
  libs[name] = require(base + name);
});

App({
  libs,
  globalData: { city: '杭州', points: 320 },
  onLaunch() {
    libs.store.fill();
    this.globalData.started = true;
  },
});
