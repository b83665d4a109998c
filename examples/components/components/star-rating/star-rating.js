// A custom component that takes part in forms: the behavior gives it `name` and `value`.
Component({
  behaviors: ["tt://form-field"],
  properties: { value: { type: Number, value: 3 } },

  methods: {
    rate(event) {
      this.setData({ value: event.currentTarget.dataset.stars });
    },
  },
});
