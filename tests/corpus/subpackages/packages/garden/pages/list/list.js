const trail = require('../../../../common/trail');
const plants = require('../../lib/plants');
Page({ data: { plants }, onLoad() { this.setData({ count: trail('garden') }); } });
