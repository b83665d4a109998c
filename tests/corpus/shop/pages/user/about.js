require('../../utils/page.js')({ data: { version: '3.2.1' } });
