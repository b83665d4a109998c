const { MakeComponent } = require('../common/component');
MakeComponent({ props: { title: String, inset: Boolean } });
