const { MakeComponent } = require('../common/component');
const { useChildren } = require('../common/relation');
const family = useChildren('../col/index', function (child) { if (this.data.gutter) child.setData({ gutter: this.data.gutter }); });
MakeComponent({ mixins: [family.mixin], relations: family.relations, props: { gutter: { type: Number, observer: 'setGutter' } }, methods: { setGutter() { (this.children || []).forEach((col) => col.setData({ gutter: this.data.gutter })); } } });
