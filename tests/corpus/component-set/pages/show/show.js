Page({ data: { tags: ['可关', '也可关'] }, close(event) { const { at } = event.currentTarget.dataset; this.setData({ tags: this.data.tags.filter((tag, index) => index !== at) }); } });
