require('../../utils/page.js')({ data: { sums: [10, 20, 50, 100, 200, 500], at: 2 }, pick(event) { this.setData({ at: event.currentTarget.dataset.at }); } });
