const { MakeComponent } = require('../common/component');
const { useParent } = require('../common/relation');
const { link } = require('../mixins/link');
MakeComponent({ mixins: [link], relations: useParent('../grid/index').relations, props: { text: String, icon: String, info: null }, data: { viewStyle: '' }, methods: { updateStyle({ columnNum, border }) { this.setData({ viewStyle: `width: ${100 / columnNum}%; ${border ? 'border-right: 1px solid #ebedf0; border-bottom: 1px solid #ebedf0;' : ''}` }); }, onClick() { this.$emit('click'); this.jumpLink(); } } });
