Component({
  properties: { call: Function, name: String },
  data: { said: "" },
  observers: {
    "call, name"(call, name) {
      this.setData({ said: call(name) ?? "" });
    },
  },
});
