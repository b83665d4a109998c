require('../../utils/page.js')({ data: { length: 0 }, type(event) { this.setData({ length: event.detail.value.length }); } });
