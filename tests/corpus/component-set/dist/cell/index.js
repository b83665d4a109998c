const { MakeComponent } = require('../common/component');
const { link } = require('../mixins/link');
MakeComponent({
  classes: ['title-class', 'label-class', 'value-class', 'right-icon-class', 'hover-class'],
  mixins: [link],
  props: { title: null, value: null, icon: String, size: String, label: String, center: Boolean, isLink: Boolean, required: Boolean, clickable: Boolean, titleWidth: String, border: { type: Boolean, value: true } },
  methods: { onClick(event) { this.$emit('click', event.detail); this.jumpLink(); } },
});
