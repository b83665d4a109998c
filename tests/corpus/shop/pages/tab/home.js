const page = require('../../utils/page.js');
page({
  data: { goods: [], banners: ['hills', 'lamp', 'cup'], menu: [['热卖', '/pages/goods/hot'], ['领券', '/pages/user/coupon-center'], ['签到', '/pages/user/sign'], ['品牌', '/pages/goods/brand'], ['搜索', '/pages/goods/search']] },
  onLoad() { this.setData({ goods: getApp().libs.catalog.all() }); },
  onPullDownRefresh() { tt.stopPullDownRefresh(); },
});
