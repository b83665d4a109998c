require('../../utils/page.js')({
  data: { sorts: ['综合', '销量', '价格'], at: 0 },
  onLoad(query) { this.kind = query.kind; this.sort(0); },
  tapSort(event) { this.sort(Number(event.currentTarget.dataset.at)); },
  sort(at) {
    const rows = getApp().libs.catalog.all().slice();
    if (at === 2) rows.sort((a, b) => a.cents - b.cents);
    this.setData({ at });
    this.fillList(rows);
  },
}, 'list');
