Page({
  onLoad() {
    tt.setNavigationBarTitle({ title: "Second" });
  },
});
