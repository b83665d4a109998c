require('../../utils/page.js')({
  data: { one: { cents: 0, old: 0, title: '' }, pics: [], html: '' },
  onLoad(query) {
    const one = getApp().libs.catalog.one(query.id || 2);
    this.setData({ one, pics: [one.image, '/images/hills.png'], html: '<p style="text-align:center"><b>' + one.title + '</b></p><p>木、土、布、纸，都是小作坊的手工。</p><ul><li>七天可退</li><li>破损包赔</li></ul>' });
    tt.setNavigationBarTitle({ title: one.kind });
  },
  toast() { tt.showToast({ title: '已加入' }); },
}, 'buy');
