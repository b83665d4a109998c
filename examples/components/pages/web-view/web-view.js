Page({
  loaded({ detail }) {
    console.log("web-view loaded", detail.src);
  },
  message({ detail }) {
    tt.showToast({ title: detail.data.join(), icon: "none" });
  },
});
