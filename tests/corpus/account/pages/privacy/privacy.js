const p = require('../../api/promisify');
Page({ data: { scopes: [] }, async onShow() { const { authSetting } = await p.getSetting(); this.setData({ scopes: ['scope.userInfo', 'scope.userLocation', 'scope.camera', 'scope.record'].map((name) => ({ name, said: name in authSetting ? (authSetting[name] ? '允许' : '拒绝') : '没问过' })) }); } });
