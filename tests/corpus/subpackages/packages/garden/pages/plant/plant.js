Page({ data: { id: 'b' }, onLoad(query) { if (query.id) this.setData({ id: query.id }); } });
