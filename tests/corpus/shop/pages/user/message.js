require('../../utils/page.js')({ data: { id: 0 }, onLoad(query) { this.setData({ id: Number(query.id || 1) }); } });
