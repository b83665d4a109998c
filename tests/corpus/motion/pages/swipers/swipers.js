Page({ data: { at: 2, log: '' }, move(event) { this.setData({ at: event.detail.current, log: event.detail.source }); }, next() { this.setData({ at: (this.data.at + 1) % 4 }); } });
