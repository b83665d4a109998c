const { MakeComponent } = require('../common/component');
const { useParent } = require('../common/relation');
MakeComponent({ classes: ['active-class', 'disabled-class'], relations: useParent('../sidebar/index').relations, props: { dot: Boolean, badge: null, title: String, disabled: Boolean }, data: { selected: false }, methods: { onClick() { if (this.data.disabled || !this.parent) return; const at = this.parent.children.indexOf(this); this.$emit('click', at); this.parent.setActive(at); this.parent.$emit('change', at); } } });
