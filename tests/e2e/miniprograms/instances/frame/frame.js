Component({
  properties: { mode: { type: String, value: "plain" } },
  data: { list: ["a", "b"], open: true, count: 0 },
  methods: {
    more() { this.setData({ count: this.data.count + 1 }); },
    found() { return this.selectComponent("#in-fallback") !== null; },
  },
  ready() { this.foundWhenReady = this.found(); },
});
