Page({
  data: { dimmed: false },
  told: [],
  tell({ type, detail }) {
    this.told.push({ type, detail });
  },
  onShareAppMessage() {
    const success = (detail) => this.told.push({ type: "shared", detail });
    return { channel: "video", title: "a film", extra: { withVideoId: true }, success };
  },
  undim() {
    this.setData({ dimmed: false });
  },
});
