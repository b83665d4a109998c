Page({ data: { ends: 0 }, end() { this.setData({ ends: this.data.ends + 1 }); } });
