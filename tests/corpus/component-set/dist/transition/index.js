const { MakeComponent } = require('../common/component');
const { transition } = require('../mixins/transition');
MakeComponent({ classes: ['enter-class', 'enter-active-class'], mixins: [transition(true)] });
