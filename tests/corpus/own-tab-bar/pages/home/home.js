Page({ data: { blocks: [1, 2, 3, 4, 5, 6, 7, 8] }, onLoad() { this.count = 0; }, onShow() { this.setData({ shown: ++this.count }); }, onReachBottom() { this.setData({ end: true }); } });
