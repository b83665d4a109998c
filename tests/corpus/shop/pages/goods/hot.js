require('../../utils/page.js')({ onLoad() { this.fillList(getApp().libs.catalog.all().slice(0, 4).map((item, at) => Object.assign({ part: 90 - at * 20 }, item))); } }, 'list');
