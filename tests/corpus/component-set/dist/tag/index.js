const { MakeComponent } = require('../common/component');
MakeComponent({ props: { type: { type: String, value: 'default' }, plain: Boolean, mark: Boolean, round: Boolean, closeable: Boolean, size: String, color: String }, methods: { onClose() { this.$emit('close'); } } });
