const trail = require('../../common/trail.js');
Page({ onLoad() { this.setData({ count: trail('second') }); } });
