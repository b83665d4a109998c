Page({
  data: { n: 0, value: 0 },
  forever() {
    for (;;) this.setData({ n: this.data.n + 1 });
  },
  async promised() {
    for (;;) {
      this.setData({ n: this.data.n + 1 });
      await null;
    }
  },
  again() {
    this.setData({ n: this.data.n + 1 }, () => this.again());
  },
  observe() {
    this.setData({ value: 1 });
  },
  inside() {
    const data = {};
    data.self = data;
    this.setData({ data });
  },
});
