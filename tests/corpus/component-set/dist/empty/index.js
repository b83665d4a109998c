const { MakeComponent } = require('../common/component');
MakeComponent({ props: { description: String, image: { type: String, value: 'default' } } });
