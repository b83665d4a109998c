const stories = require('../../data/stories');
Page({
  data: { list: [], page: 0, end: false },
  onLoad() { this.more(); },
  more() { const { list, page } = this.data; if (page >= 3) { this.setData({ end: true }); return; } this.setData({ list: list.concat(stories(page, 7)), page: page + 1 }); },
  onReachBottom() { this.more(); },
  onPullDownRefresh() { this.setData({ list: [], page: 0, end: false }, () => { this.more(); tt.stopPullDownRefresh(); }); },
  open(event) { tt.navigateTo({ url: '/pages/story/story?no=' + event.currentTarget.dataset.no }); },
});
