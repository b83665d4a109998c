const { MakeComponent } = require('../common/component');
const { useParent } = require('../common/relation');
MakeComponent({
  relations: useParent('../tabs/index').relations,
  props: { title: { type: String, observer: 'update' }, dot: { type: Boolean, observer: 'update' }, info: { type: null, observer: 'update' }, disabled: { type: Boolean, observer: 'update' }, name: { type: null, value: '' } },
  data: { active: false, shouldShow: false, shouldRender: false },
  methods: {
    getComputedName() { return this.data.name !== '' ? this.data.name : this.index; },
    updateRender(active, parent) { this.inited = this.inited || active; this.setData({ active, shouldRender: this.inited, shouldShow: active || parent.data.animated }); },
    update() { if (this.parent) this.parent.updateTabs(); },
  },
});
