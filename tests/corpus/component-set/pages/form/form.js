Page({ data: { name: '小禾', phone: '12', text: '', on: true, checked: ['b'], count: 2, stars: 3 },
  name(event) { this.setData({ name: event.detail }); }, text(event) { this.setData({ text: event.detail }); },
  flip(event) { this.setData({ on: event.detail }); }, check(event) { this.setData({ checked: event.detail }); },
  count(event) { this.setData({ count: event.detail }); }, rate(event) { this.setData({ stars: event.detail }); } });
