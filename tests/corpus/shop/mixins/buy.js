module.exports = {
  data: { count: 1 },
  changeCount(event) { this.setData({ count: event.detail.value }); },
  buy() { getApp().libs.route.go('/pages/order/confirm'); },
};
