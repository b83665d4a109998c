const { 数 } = require('../../工具/字 符');
Page({ data: { numbers: 数 }, onLoad() { this.setData({ route: this.route }); } });
