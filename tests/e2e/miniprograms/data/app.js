App({
  calls: [],
  onLaunch({ query }) {
    if (query.ahead) tt.navigateTo({ url: "/pages/values/values" });
  },
  onError(error) {
    this.calls.push(`App.onError ${error}`);
  },
});
