Page({
  data: { word: String.raw`\n`, dimmed: false },
  told: [],
  tell({ type, detail }) {
    this.told.push({ type, detail });
  },
  undim() {
    this.setData({ dimmed: false });
  },
});
