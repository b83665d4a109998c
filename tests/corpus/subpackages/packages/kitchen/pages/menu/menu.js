Page({ data: { dishes: [{ name: '红茶', minutes: 5 }, { name: '汤面', minutes: 20 }], cooking: '' }, cook(event) { this.setData({ cooking: event.detail.name }); } });
