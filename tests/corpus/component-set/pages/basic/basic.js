Page({ data: { clicks: 0 }, click() { this.setData({ clicks: this.data.clicks + 1 }); } });
