Page({ data: { n: 50 }, onLoad() { this.setData({ route: this.route }); } });
