require('../../utils/page.js')({
  data: { word: '', hot: ['台灯', '杯子', '手帐', '椅子', '篮球'] },
  type(event) { this.search(event.detail.value); },
  pick(event) { this.search(event.currentTarget.dataset.word); },
  search(word) { this.setData({ word }); this.fillList(word === '' ? [] : getApp().libs.catalog.all().filter((item) => item.title.indexOf(word) >= 0)); },
}, 'list');
