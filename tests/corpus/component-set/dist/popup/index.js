const { MakeComponent } = require('../common/component');
const { transition } = require('../mixins/transition');
MakeComponent({
  classes: ['enter-class', 'leave-class'],
  mixins: [transition(false)],
  props: { round: Boolean, closeable: Boolean, overlay: { type: Boolean, value: true }, zIndex: { type: Number, value: 100 }, closeOnClickOverlay: { type: Boolean, value: true }, position: { type: String, value: 'center', observer: 'observeClass' }, transition: { type: String, observer: 'observeClass' }, safeAreaInsetBottom: { type: Boolean, value: true } },
  created() { this.observeClass(); },
  methods: {
    onClickCloseIcon() { this.$emit('close'); },
    onClickOverlay() { this.$emit('click-overlay'); if (this.data.closeOnClickOverlay) this.$emit('close'); },
    observeClass() { const { transition, position, duration } = this.data; const change = { name: transition || position }; if (transition === 'none') { change.duration = 0; this.originDuration = duration; } this.setData(change); },
  },
});
