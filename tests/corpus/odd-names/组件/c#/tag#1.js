const { double } = require('../../工具/c#.js');
Component({ properties: { number: { type: Number, observer(number) { this.setData({ twice: double(number) }); } } } });
