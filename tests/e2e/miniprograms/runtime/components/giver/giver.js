Component({
  provide() {
    return { color: "red", size: this.data.size };
  },
  data: { size: 3 },
  methods: {
    grow() { this.setProvide({ size: 4 }); },
  },
});
