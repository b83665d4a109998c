Component({
  properties: {
    goods: {
      type: Object,
      observer(goods) {
        this.told = (this.told ?? 0) + 1;
        this.setData({ goods, told: this.told });
      },
    },
    count: {
      type: Number,
      observer(count) {
        if (count > 9) this.setData({ count: 9 });
      },
    },
  },
});
