require('../../utils/page.js')({ data: { list: [{ cut: 10, over: 99, state: 'use' }, { cut: 50, over: 300, state: 'use' }, { cut: 5, over: 0, state: 'past' }] } });
