const { MakeComponent } = require('../common/component');
let opened = [];
MakeComponent({
  props: { disabled: Boolean, leftWidth: { type: Number, value: 0 }, rightWidth: { type: Number, value: 0 }, name: { type: null, value: '' } },
  data: { offset: 0, moving: false },
  created() { this.offset = 0; opened.push(this); },
  destroyed() { opened = opened.filter((cell) => cell !== this); },
  methods: {
    open(side) { this.move(side === 'left' ? this.data.leftWidth : -this.data.rightWidth, false); this.$emit('open', { position: side, name: this.data.name }); },
    close() { this.move(0, false); },
    move(offset, moving) { this.offset = Math.min(Math.max(offset, -this.data.rightWidth), this.data.leftWidth); this.setData({ offset: this.offset, moving }); },
    onTouchStart(event) { opened.filter((cell) => cell !== this).forEach((cell) => cell.close()); this.startX = event.touches[0].clientX; this.startOffset = this.offset; },
    onTouchMove(event) { this.move(this.startOffset + event.touches[0].clientX - this.startX, true); },
    onTouchEnd() { const { leftWidth, rightWidth } = this.data; if (rightWidth > 0 && -this.offset > rightWidth * .3) this.open('right'); else if (leftWidth > 0 && this.offset > leftWidth * .3) this.open('left'); else this.close(); },
    onClick(event) { this.$emit('click', event.currentTarget.dataset.key || 'cell'); this.close(); },
  },
});
