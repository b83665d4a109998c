Component({ properties: { 标题: String, title: String }, methods: { 按() { this.triggerEvent('press', { title: this.data.title }); } } });
