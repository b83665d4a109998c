require('../../utils/page.js')({ onShow() { this.fillList(getApp().libs.store.table('address')); } }, 'list');
