Page({
  refs: [],
  data: { shown: true, list: ["a", "b"] },
  one(instance) {
    this.refs.push(["one", instance && instance.data.label]);
    this.part = instance;
  },
  many(instance) {
    this.refs.push(["many", instance && instance.data.label]);
  },
  onReady() {
    this.answer = this.part.hello();
  },
});
