Page({ data: { columns: 3 }, wider() { this.setData({ columns: this.data.columns === 3 ? 4 : 3 }); } });
