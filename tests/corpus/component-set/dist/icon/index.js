const { MakeComponent } = require('../common/component');
MakeComponent({ classes: ['info-class'], props: { name: String, size: null, color: String, dot: Boolean, info: null }, methods: { onClick() { this.$emit('click'); } } });
