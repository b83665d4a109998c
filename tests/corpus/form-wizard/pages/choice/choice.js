Page({
  data: { sports: [{ value: 'swim', name: '游泳', checked: true }, { value: 'hike', name: '徒步' }, { value: 'ball', name: '球', disabled: true }], groups: ['上午', '下午', '都行'] },
  submit(event) { Object.assign(getApp().globalData.draft, event.detail.value); tt.navigateTo({ url: '/pages/text/text' }); },
});
