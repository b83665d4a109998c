const log = require("./log");

App({
  globalData: { shared: 1 },
  calls: log.calls,
  onLaunch({ path, query, scene }) {
    log(`App.onLaunch ${path} ${JSON.stringify(query)} ${typeof scene} ${this.globalData.shared}`);
  },
  onShow() {
    log("App.onShow");
  },
  onHide() {
    log("App.onHide");
  },
  onError(message) {
    log(`App.onError ${message.split("\n")[0]}`);
  },
  onUnhandledRejection({ reason }) {
    log(`App.onUnhandledRejection ${reason.message}`);
  },
  onPageNotFound({ path }) {
    log(`App.onPageNotFound ${path}`);
  },
});
