require('../../utils/page.js')({ data: { way: '' }, onLoad(query) { this.setData({ way: query.way || 'purse' }); }, home() { tt.switchTab({ url: '/pages/tab/home' }); } });
