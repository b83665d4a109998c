require('../../utils/page.js')({ data: { list: [{ id: 'a', cut: 20 }, { id: 'b', cut: 8 }] }, take(event) { this.setData({ ['list[' + event.currentTarget.dataset.at + '].taken']: true }); } });
