exports.basic = Behavior({
  methods: {
    $emit(name, detail, options) { this.triggerEvent(name, detail, options); },
    set(data) { this.setData(data); return new Promise((done) => setTimeout(done, 0)); },
  },
});
