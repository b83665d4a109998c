require('../../utils/page.js')({ data: { money: '128.50' } });
