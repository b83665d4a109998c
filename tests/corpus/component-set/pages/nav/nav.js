Page({ data: { key: 1 }, change(event) { this.setData({ key: event.detail }); }, left() { tt.navigateBack(); } });
