require('../../utils/page.js')({ data: { star: 4, text: '' }, rate(event) { this.setData({ star: event.detail.value }); } });
