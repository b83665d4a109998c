Component({ options: { virtualHost: true }, methods: { tap() { this.triggerEvent("tapped"); } } });
