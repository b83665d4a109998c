require('../../utils/page.js')({ data: { list: [['签到', 5], ['购物', 39], ['换券', -20]] }, onShow() { this.setData({ points: getApp().globalData.points }); } });
