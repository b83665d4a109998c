Page({ data: { text: '' }, type(event) { this.setData({ text: event.detail.value }); }, send() { tt.navigateBack(); } });
