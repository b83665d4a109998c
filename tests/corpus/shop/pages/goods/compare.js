require('../../utils/page.js')({ data: { pair: [] }, onLoad() { const { catalog } = getApp().libs; this.setData({ pair: [catalog.one(1), catalog.one(6)] }); } });
