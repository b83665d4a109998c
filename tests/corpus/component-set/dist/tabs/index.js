const { MakeComponent } = require('../common/component');
const { useChildren } = require('../common/relation');
const family = useChildren('../tab/index', function () { this.updateTabs(); });
MakeComponent({
  mixins: [family.mixin],
  relations: family.relations,
  classes: ['nav-class', 'tab-class', 'tab-active-class', 'line-class'],
  props: { sticky: Boolean, animated: Boolean, type: { type: String, value: 'line' }, color: { type: String, value: '#ee0a24' }, active: { type: null, value: 0, observer(name) { if (name !== this.getCurrentName()) this.setCurrentIndexByName(name); } } },
  data: { tabs: [], currentIndex: 0, lineStyle: '', inited: false },
  mounted() { this.setLine(); this.setData({ inited: true }); },
  methods: {
    updateTabs() {
      const { children = [], data } = this;
      children.forEach((child, index) => { child.index = index; });
      this.setData({ tabs: children.map((child) => ({ title: child.data.title, disabled: child.data.disabled, dot: child.data.dot, info: child.data.info })) });
      this.setCurrentIndexByName(data.active);
    },
    setCurrentIndexByName(name) { const found = (this.children || []).filter((child) => child.getComputedName() === name); if (found.length) this.setCurrentIndex(found[0].index); },
    setCurrentIndex(currentIndex) {
      const { data, children = [] } = this;
      children.forEach((item, index) => { const active = index === currentIndex; if (active !== item.data.active || !item.inited) item.updateRender(active, this); });
      if (currentIndex !== data.currentIndex) this.setData({ currentIndex });
      this.setLine();
    },
    getCurrentName() { const child = (this.children || [])[this.data.currentIndex]; return child ? child.getComputedName() : undefined; },
    setLine() {
      if (this.data.type !== 'line') return;
      this.createSelectorQuery().selectAll('.w-tab').boundingClientRect().select('.w-tabs__nav').boundingClientRect().exec(([rects = [], nav]) => {
        const rect = (rects || [])[this.data.currentIndex];
        if (!rect || !nav) return;
        this.setData({ lineStyle: `width: 40px; transform: translateX(${rect.left - nav.left + rect.width / 2 - 20}px); background: ${this.data.color};` });
      });
    },
    onTap(event) { const { index } = event.currentTarget.dataset; const child = this.children[index]; if (child.data.disabled) { this.$emit('disabled', { index }); return; } this.setCurrentIndex(index); this.$emit('click', { index, name: child.getComputedName(), title: child.data.title }); this.$emit('change', { index, name: child.getComputedName(), title: child.data.title }); },
  },
});
