require('../../utils/page.js')({
  data: { orders: ['待付款', '待发货', '待收货', '待评价', '退款'], cells: [
    ['收货地址', 'address'], ['优惠券', 'coupons'], ['我的收藏', 'collect'], ['浏览记录', 'history'], ['会员等级', 'level'],
    ['钱包', 'wallet'], ['消息', 'messages'], ['设置', 'settings'],
  ] },
  onShow() { this.setData({ points: getApp().globalData.points }); },
});
