require('../../utils/page.js')({ data: { levels: ['木', '竹', '石', '玉'], at: 1 }, move(event) { this.setData({ at: event.detail.current }); } });
