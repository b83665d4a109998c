const { basic } = require('../mixins/basic');
function keys(from, to, names) { Object.keys(names).forEach((key) => { if (from[key]) to[names[key]] = from[key]; }); }
function MakeComponent(options) {
  const made = {};
  keys(options, made, { data: 'data', props: 'properties', mixins: 'behaviors', methods: 'methods', observers: 'observers', created: 'created', attached: 'attached', mounted: 'ready', destroyed: 'detached', classes: 'externalClasses', relations: 'relations' });
  made.externalClasses = (made.externalClasses || []).concat('custom-class');
  made.behaviors = (made.behaviors || []).concat(basic);
  if (options.field) made.behaviors.push('tt://form-field');
  made.options = { multipleSlots: true, addGlobalClass: true };
  Component(made);
}
exports.MakeComponent = MakeComponent;
