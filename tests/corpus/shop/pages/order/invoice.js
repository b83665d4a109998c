require('../../utils/page.js')({ data: { kind: 0 }, flip(event) { this.setData({ kind: event.detail.value ? 1 : 0 }); } });
