Component({ properties: { hand: { type: Boolean, value: false } } });
