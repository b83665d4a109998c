const check = require('../../utils/check');
Page({
  data: { wrong: {}, name: '' },
  submit(event) {
    const values = event.detail.value;
    const wrong = check(values, { name: ['required'], phone: ['required', 'phone'], mail: ['mail'] });
    this.setData({ wrong });
    if (Object.keys(wrong).length > 0) { tt.pageScrollTo({ scrollTop: 0, duration: 0 }); return; }
    Object.assign(getApp().globalData.draft, values);
    tt.navigateTo({ url: '/pages/choice/choice' });
  },
  reset() { this.setData({ wrong: {} }); },
  upper(event) { return event.detail.value.toUpperCase(); },
});
