Component({
  behaviors: [require("../filtered")],
  wants: "more",
  inject: { shade: "color", size: { from: "size" }, none: { default: "nothing" } },
  attached() {
    this.setData({ text: JSON.stringify(this.inject) });
  },
  methods: {
    again() { this.setData({ text: JSON.stringify(this.inject) }); },
  },
});
