require('../../utils/page.js')({ onShow() { const { store, catalog } = getApp().libs; this.fillList(store.table('collect').map(catalog.one)); } }, 'list');
