const { MakeComponent } = require('../common/component');
const { useChildren } = require('../common/relation');
const family = useChildren('../checkbox/index', function (child) { this.updateChild(child); });
MakeComponent({ field: true, mixins: [family.mixin], relations: family.relations, props: { max: Number, value: { type: Array, observer: 'updateChildren' }, disabled: Boolean }, methods: { updateChildren() { (this.children || []).forEach((child) => this.updateChild(child)); }, updateChild(child) { child.setData({ value: (this.data.value || []).indexOf(child.data.name) !== -1, parentDisabled: this.data.disabled }); } } });
