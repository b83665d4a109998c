Page({
  data: { name: '首页', urls: ['/pages/with space/my page?名=值 1', '/pages/100%/half%20way', '/pages/c sharp/sharp', "/pages/é'&+/quote's"] },
  onLoad() { this.setData({ word: getApp().工具.大写('abc') }); },
  press(event) { this.setData({ pressed: event.detail.title }); },
});
