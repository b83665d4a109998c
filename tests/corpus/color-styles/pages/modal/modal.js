Page({ data: { name: 'dialog' }, show(event) { this.setData({ name: event.currentTarget.dataset.target }); }, hide() { this.setData({ name: null }); } });
