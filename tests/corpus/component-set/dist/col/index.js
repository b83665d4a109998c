const { MakeComponent } = require('../common/component');
const { useParent } = require('../common/relation');
MakeComponent({ relations: useParent('../row/index').relations, props: { span: Number, offset: Number }, data: { gutter: 0 } });
