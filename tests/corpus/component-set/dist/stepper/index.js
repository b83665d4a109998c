const { MakeComponent } = require('../common/component');
MakeComponent({
  field: true,
  classes: ['input-class', 'plus-class', 'minus-class'],
  props: { value: { type: null, observer(value) { if (String(value) !== String(this.data.currentValue)) this.setData({ currentValue: this.format(value) }); } }, integer: Boolean, disabled: Boolean, min: { type: null, value: 1 }, max: { type: null, value: 9007199254740991 }, step: { type: null, value: 1 }, decimalLength: { type: Number, value: null }, longPress: { type: Boolean, value: true } },
  data: { currentValue: '' },
  observers: { 'min, max': function () { const value = this.format(this.data.currentValue); if (value !== this.data.currentValue) this.setData({ currentValue: value }); } },
  created() { this.setData({ currentValue: this.format(this.data.value) }); },
  attached() { this.setData({ currentValue: this.format(this.data.value) }); },
  methods: {
    format(value) { value = value === '' || value === undefined || value === null ? 0 : +value; value = isNaN(value) ? this.data.min : value; value = Math.max(Math.min(this.data.max, value), this.data.min); return this.data.decimalLength !== null ? value.toFixed(this.data.decimalLength) : value; },
    onInput(event) { this.emitChange(this.format(event.detail.value)); },
    emitChange(value) { this.setData({ currentValue: value }); this.$emit('change', value); },
    onTap(event) { const { type } = event.currentTarget.dataset; const by = type === 'minus' ? -this.data.step : +this.data.step; const value = this.format(Math.round((+this.data.currentValue + by) * 100) / 100); if (String(value) === String(this.data.currentValue)) { this.$emit('overlimit', type); return; } this.emitChange(value); this.$emit(type); },
  },
});
