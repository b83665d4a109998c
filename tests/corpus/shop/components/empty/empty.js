Component({ properties: { text: { type: String, value: '这里还没有东西' } } });
