Component({ properties: { name: String, minutes: Number }, methods: { tap() { this.triggerEvent('cook', { name: this.data.name }); } } });
