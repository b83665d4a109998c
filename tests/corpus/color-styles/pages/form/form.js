Page({ data: { date: '2024-02-29', on: true }, date(event) { this.setData({ date: event.detail.value }); }, flip(event) { this.setData({ on: event.detail.value }); } });
