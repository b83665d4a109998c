const { MakeComponent } = require('../common/component');
MakeComponent({
  field: true,
  classes: ['input-class', 'right-icon-class', 'label-class'],
  props: { label: String, value: { type: null, value: '', observer(value) { if (value !== this.value) { this.value = value; this.setData({ innerValue: value }); } } }, type: { type: String, value: 'text' }, placeholder: String, errorMessage: String, error: Boolean, disabled: Boolean, required: Boolean, clearable: Boolean, password: Boolean, autosize: null, maxlength: { type: Number, value: -1 }, showWordLimit: Boolean, inputAlign: String },
  data: { innerValue: '', focused: false, showClear: false },
  created() { this.value = this.data.value; },
  mounted() { this.setData({ innerValue: this.data.value }); },
  methods: {
    onInput(event) { this.value = event.detail.value || ''; this.setShowClear(); this.$emit('input', this.value); this.$emit('change', this.value); },
    onFocus(event) { this.focused = true; this.setShowClear(); this.$emit('focus', event.detail); },
    onBlur(event) { this.focused = false; this.setShowClear(); this.$emit('blur', event.detail); },
    onClear() { this.value = ''; this.setData({ innerValue: '' }); this.setShowClear(); this.$emit('clear', ''); this.$emit('change', ''); },
    setShowClear() { const showClear = this.data.clearable && !!this.focused && !!this.value; if (showClear !== this.data.showClear) this.setData({ showClear }); },
  },
});
