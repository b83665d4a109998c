Component({
  properties: { now: String },
  data: { items: [{ path: 'home', text: '家' }, { path: 'post', text: '+', big: true }, { path: 'news', text: '信' }, { path: 'mine', text: '我' }], unread: 0 },
  lifetimes: { attached() { tt.hideTabBar({ animation: false }); } },
  pageLifetimes: { show() { this.setData({ unread: getApp().globalData.unread }); } },
  methods: { tap(event) { const { path, big } = event.currentTarget.dataset; const url = `/pages/${path}/${path}`; if (big) tt.navigateTo({ url }); else tt.switchTab({ url }); } },
});
