const load = require('../../utils/load');
Component({
  properties: { cents: Number, old: { type: Number, value: 0 } },
  data: { now: '0.00', before: '' },
  observers: {
    'cents, old': function (cents, old) {
      const { yuan } = load('libs', 'money');
      this.setData({ now: yuan(cents), before: old > cents ? yuan(old) : '' });
    },
  },
});
