const { MakeComponent } = require('../common/component');
MakeComponent({
  field: true,
  classes: ['hover-class', 'loading-class'],
  props: { formType: String, plain: Boolean, block: Boolean, round: Boolean, square: Boolean, loading: Boolean, disabled: Boolean, color: { type: String, observer(color) { let style = ''; if (color) { style += `color: ${this.data.plain ? color : 'white'};`; style += color.indexOf('gradient') >= 0 ? `background: ${color};border: 0;` : `border-color: ${color};` + (this.data.plain ? '' : `background: ${color};`); } if (style !== this.data.baseStyle) this.setData({ baseStyle: style }); } }, type: { type: String, value: 'default' }, size: { type: String, value: 'normal' }, customStyle: String },
  data: { baseStyle: '' },
  methods: { onClick(event) { this.$emit('click', event); } },
});
