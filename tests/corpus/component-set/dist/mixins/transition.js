const names = (name) => ({ enter: `w-${name}-enter w-${name}-enter-active`, 'enter-to': `w-${name}-enter-to w-${name}-enter-active`, leave: `w-${name}-leave w-${name}-leave-active`, 'leave-to': `w-${name}-leave-to w-${name}-leave-active` });
exports.transition = (shown) => Behavior({
  properties: {
    customStyle: String,
    show: { type: Boolean, value: shown, observer: 'observeShow' },
    duration: { type: null, value: 300, observer: 'observeDuration' },
    name: { type: String, value: 'fade' },
  },
  data: { type: '', inited: false, display: false },
  attached() { if (this.data.show) this.enter(); },
  methods: {
    observeShow(value, old) { if (value !== old) { if (value) this.enter(); else this.leave(); } },
    enter() {
      const classes = names(this.data.name);
      this.status = 'enter';
      this.$emit('before-enter');
      this.setData({ inited: true, display: true, classes: classes.enter, currentDuration: this.data.duration });
      setTimeout(() => { if (this.status === 'enter') { this.ended = false; this.setData({ classes: classes['enter-to'] }); this.$emit('enter'); } }, 0);
    },
    leave() {
      if (!this.data.display) return;
      const classes = names(this.data.name);
      this.status = 'leave';
      this.setData({ classes: classes.leave });
      setTimeout(() => { if (this.status === 'leave') { this.ended = false; setTimeout(() => this.onTransitionEnd(), this.data.currentDuration); this.setData({ classes: classes['leave-to'] }); } }, 0);
    },
    onTransitionEnd() {
      if (this.ended) return;
      this.ended = true;
      this.$emit(`after-${this.status}`);
      if (!this.data.show && this.data.display) this.setData({ display: false });
    },
  },
});
