const { MakeComponent } = require('../common/component');
MakeComponent({
  classes: ['cancle-button-class', 'confirm-button-class'],
  props: { show: { type: Boolean, observer(show) { if (!show) this.stopLoading(); } }, title: String, message: String, useSlot: Boolean, showCancelButton: Boolean, asyncClose: Boolean, width: null, confirmButtonText: { type: String, value: '确认' }, cancelButtonText: { type: String, value: '取消' }, showConfirmButton: { type: Boolean, value: true }, overlay: { type: Boolean, value: true }, transition: { type: String, value: 'center' }, callback: null },
  data: { loading: { confirm: false, cancel: false } },
  methods: {
    onConfirm() { this.handleAction('confirm'); },
    onCancel() { this.handleAction('cancel'); },
    close(action) { this.setData({ show: false }); tt.nextTick ? tt.nextTick(() => this.finish(action)) : setTimeout(() => this.finish(action), 0); },
    finish(action) { this.$emit('close', action); if (this.callback) this.callback(action, this); },
    stopLoading() { this.setData({ loading: { confirm: false, cancel: false } }); },
    handleAction(action) { this.$emit(action, { dialog: this }); if (this.data.asyncClose) this.setData({ [`loading.${action}`]: true }); else this.close(action); },
  },
});
