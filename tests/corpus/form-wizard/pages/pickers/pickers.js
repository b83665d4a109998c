const app = getApp();
Page({
  data: { one: 1, multi: [0, 1], columns: [['春', '夏'], ['早', '晚']], date: '2024-05-01', time: '09:30', region: ['浙江省', '杭州市', '西湖区'], city: '还没选', column: [1, 2] },
  onLoad() {
    this.chosen = (city) => this.setData({ city: city + '（总线）' });
    app.bus.on('city', this.chosen);
  },
  onUnload() { app.bus.off('city', this.chosen); },
  change(event) { this.setData({ [event.currentTarget.dataset.key]: event.detail.value }); },
  column(event) { const { column, value } = event.detail; if (column === 0) this.setData({ columns: [this.data.columns[0], value === 0 ? ['早', '晚'] : ['雨', '晴', '阴']], multi: [value, 0] }); },
  city() { tt.navigateTo({ url: '/pages/city/city?from=pickers' }); },
  next() { tt.navigateTo({ url: '/pages/amount/amount' }); },
});
