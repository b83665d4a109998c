const { h, createPage } = require('../../taro');
const nest = (depth) => h('view', { className: 'nest' }, `第 ${12 - depth} 层`, depth > 0 ? nest(depth - 1) : h('text', { style: 'color: #c33' }, '到底'));
Page(createPage((root) => root.append(nest(11))));
