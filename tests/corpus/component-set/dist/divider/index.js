const { MakeComponent } = require('../common/component');
MakeComponent({ props: { dashed: Boolean, contentPosition: String, textColor: String } });
