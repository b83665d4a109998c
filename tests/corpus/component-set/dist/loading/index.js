const { MakeComponent } = require('../common/component');
MakeComponent({ data: { twelve: Array.from({ length: 12 }) }, props: { color: String, vertical: Boolean, type: { type: String, value: 'circular' }, size: String } });
