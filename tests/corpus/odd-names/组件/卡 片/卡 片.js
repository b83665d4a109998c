Component({ properties: { title: String }, methods: { press() { this.triggerEvent('press', { title: this.data.title }); } } });
