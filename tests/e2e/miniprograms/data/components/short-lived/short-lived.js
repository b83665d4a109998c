Component({
  data: { rows: [] },
  created() {
    setTimeout(() => this.setData({ rows: [1, 2] }, () => getApp().calls.push(`rows ${this.data.rows.length}`)), 0);
  },
});
