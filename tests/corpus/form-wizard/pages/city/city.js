Page({
  data: { cities: ['杭州', '苏州', '泉州', '成都'], from: '' },
  onLoad(query) { this.setData({ from: query.from || '直接打开' }); },
  pick(event) {
    const { city } = event.currentTarget.dataset;
    const pages = getCurrentPages();
    const before = pages[pages.length - 2];
    if (before) before.setData({ city: city + '（上一页）' });
    const channel = this.getOpenerEventChannel && this.getOpenerEventChannel();
    if (channel && channel.emit) channel.emit('city', city);
    if (!before) getApp().bus.emit('city', city);
    tt.navigateBack();
  },
});
