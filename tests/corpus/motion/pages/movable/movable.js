Page({ data: { x: 40, y: 30, moved: '' }, change(event) { this.setData({ moved: event.detail.source || 'data' }); }, corner() { this.setData({ x: 200, y: 200 }); } });
