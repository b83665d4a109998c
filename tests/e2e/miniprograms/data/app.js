App({
  calls: [],
  onError(error) {
    this.calls.push(`App.onError ${error}`);
  },
});
