require('../../utils/page.js')({ data: { letters: ['A', 'B', 'C', 'M', 'X'], into: '' }, to(event) { this.setData({ into: 'L' + event.currentTarget.dataset.letter }); } });
