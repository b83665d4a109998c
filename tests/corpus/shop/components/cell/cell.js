Component({
  options: { multipleSlots: true },
  properties: { title: String, value: String, url: String, arrow: { type: Boolean, value: true } },
  methods: { tap() { if (this.properties.url) tt.navigateTo({ url: this.properties.url }); } },
});
