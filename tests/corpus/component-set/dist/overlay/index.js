const { MakeComponent } = require('../common/component');
MakeComponent({ props: { show: Boolean, customStyle: String, duration: { type: null, value: 300 }, zIndex: { type: Number, value: 1 } }, methods: { onClick() { this.$emit('click'); }, noop() {} } });
