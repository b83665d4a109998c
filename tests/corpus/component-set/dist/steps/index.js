const { MakeComponent } = require('../common/component');
MakeComponent({ classes: ['desc-class'], props: { steps: Array, active: Number, direction: { type: String, value: 'horizontal' }, activeColor: { type: String, value: '#07a35a' } }, methods: { onClick(event) { this.$emit('click-step', event.currentTarget.dataset.index); } } });
