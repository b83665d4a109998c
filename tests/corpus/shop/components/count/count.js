Component({
  properties: { value: { type: Number, value: 1 }, min: { type: Number, value: 1 }, max: { type: Number, value: 99 } },
  methods: {
    step(event) {
      const { value, min, max } = this.data;
      const next = Math.min(max, Math.max(min, value + Number(event.currentTarget.dataset.by)));
      if (next === value) return;
      this.setData({ value: next });
      this.triggerEvent('change', { value: next });
    },
  },
});
