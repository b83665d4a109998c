const user = require('../../api/user');
Page({
  data: { me: null, cells: [['资料', 'profile'], ['设置', 'settings'], ['隐私', 'privacy'], ['系统', 'system'], ['换个人', 'login']], wrong: '' },
  async onLoad() { await getApp().ready; this.setData({ me: await user.me() }); try { await user.missing(); } catch (error) { this.setData({ wrong: error.message }); } },
  go({ currentTarget: { dataset: { to } } }) { tt.navigateTo({ url: `/pages/${to}/${to}` }); },
});
