require('../../utils/page.js')({ data: { rate: 4.8, list: [{ star: 5, text: '好用' }, { star: 4, text: '颜色比图上深一点点，不过也喜欢' }, { star: 3, text: '等了五天' }] } });
