Component({
  properties: { value: Number },
  observers: {
    value(value) {
      if (value > 0) this.setData({ value: value + 1 });
    },
  },
});
