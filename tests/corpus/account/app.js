// Shape: sign in, profile and settings. Functions of the platform turned into promises by a wrapper,
// requests through a layer with interceptors and a queue that waits for the sign-in, storage for the
// token, a mock file for the server.
const { request } = require('./api/request');
App({
  globalData: { token: '' },
  onLaunch() {
    const token = tt.getStorageSync('token');
    this.globalData.token = token;
    this.ready = token ? Promise.resolve(token) : require('./api/user').login();
    this.request = request;
  },
  onUnhandledRejection() {},
});
