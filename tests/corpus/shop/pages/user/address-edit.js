require('../../utils/page.js')({ data: { region: ['浙江省', '杭州市', '西湖区'], name: '林青' }, pick(event) { this.setData({ region: event.detail.value }); } });
