const { MakeComponent } = require('../common/component');
const { useChildren } = require('../common/relation');
const family = useChildren('../sidebar-item/index', function () { this.setActive(this.data.activeKey); });
MakeComponent({ mixins: [family.mixin], relations: family.relations, props: { activeKey: { type: Number, value: 0, observer: 'setActive' } }, methods: { setActive(key) { const { children = [] } = this; children.forEach((child, index) => child.setData({ selected: index === key })); } } });
