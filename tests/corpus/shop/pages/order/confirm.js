require('../../utils/page.js')({
  data: { note: '', rows: [], where: {} },
  onLoad() {
    const { catalog, store, money } = getApp().libs;
    const rows = [catalog.one(1), catalog.one(4)];
    this.setData({ where: store.table('address')[0], rows, total: money.yuan(rows[0].cents + rows[1].cents) });
  },
  pay() { tt.redirectTo({ url: '/pages/order/pay' }); },
});
