Page({
  data: { network: "", failures: [], loads: [] },
  failed({ type, detail }) {
    this.setData({ failures: [...this.data.failures, { type, detail }] });
  },
  loaded({ detail }) {
    this.setData({ loads: [...this.data.loads, detail] });
  },
});
