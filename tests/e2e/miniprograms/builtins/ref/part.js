Component({
  properties: { label: String },
  methods: {
    hello() {
      return `hello from ${this.data.label}`;
    },
  },
});
