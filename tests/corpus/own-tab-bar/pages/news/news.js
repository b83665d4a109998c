Page({ data: { list: ['甲说你好', '乙说再见', '丙没说话'] }, onTabItemTap() {}, read() { getApp().globalData.unread = 0; this.selectComponent('#bar').setData({ unread: 0 }); } });
