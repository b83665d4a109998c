require('../../utils/page.js')({
  data: { rows: [], total: '0.00', all: false },
  onShow() { this.fill(); },
  fill() {
    const { cart, catalog, money } = getApp().libs;
    const rows = cart.rows().map((row) => Object.assign(row, catalog.one(row.id), { count: row.count }));
    this.setData({ rows, total: money.yuan(cart.total()), all: rows.every((row) => row.checked) });
  },
  change(event) { getApp().libs.cart.set(event.currentTarget.dataset.id, { count: event.detail.value }); this.fill(); },
  check(event) {
    const chosen = event.detail.value;
    getApp().libs.cart.rows().forEach(({ id }) => getApp().libs.cart.set(id, { checked: chosen.indexOf(String(id)) >= 0 }));
    this.fill();
  },
});
