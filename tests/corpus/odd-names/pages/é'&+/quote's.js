Page({ onLoad() { this.setData({ route: this.route }); } });
