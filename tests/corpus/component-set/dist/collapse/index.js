const { MakeComponent } = require('../common/component');
const { useChildren } = require('../common/relation');
const family = useChildren('../collapse-item/index', function () { this.updateExpanded(); });
MakeComponent({ mixins: [family.mixin], relations: family.relations, props: { value: { type: null, observer: 'updateExpanded' }, accordion: Boolean }, methods: { updateExpanded() { (this.children || []).forEach((child, index) => child.updateExpanded(index)); }, toggle(name, expanded) { const { accordion, value } = this.data; const next = accordion ? (expanded ? name : '') : expanded ? (value || []).concat(name) : (value || []).filter((one) => one !== name); this.$emit(expanded ? 'open' : 'close', name); this.$emit('change', next); this.$emit('input', next); } } });
