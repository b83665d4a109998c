Page({ data: { failed: 0 }, error() { this.setData({ failed: this.data.failed + 1 }); } });
