const { MakeComponent } = require('../common/component');
const { useChildren } = require('../common/relation');
const family = useChildren('../grid-item/index');
MakeComponent({ mixins: [family.mixin], relations: family.relations, props: { columnNum: { type: Number, value: 4, observer: 'updateChildren' }, border: { type: Boolean, value: true, observer: 'updateChildren' } }, created() { this.updateChildren(); }, mounted() { this.updateChildren(); }, methods: { updateChildren() { (this.children || []).forEach((child) => child.updateStyle(this.data)); } } });
