require('../../utils/page.js')({
  data: { tabs: ['全部', '待付款', '待收货', '已完成'], at: 0 },
  onLoad(query) { this.show(Number(query.at || 0)); },
  tap(event) { this.show(event.currentTarget.dataset.at); },
  show(at) {
    const { catalog } = getApp().libs;
    const orders = [1, 2, 3].map((state) => ({ no: '2024' + state * 1111, state, goods: [catalog.one(state), catalog.one(state + 2)] }));
    this.setData({ at });
    this.fillList(at === 0 ? orders : orders.filter((order) => order.state === at));
  },
}, 'list');
