App({
  onLaunch() {
    console.log('quickstart: launched');
  },
});
