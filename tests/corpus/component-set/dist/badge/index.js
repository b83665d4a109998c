const { MakeComponent } = require('../common/component');
MakeComponent({ props: { dot: Boolean, info: null } });
