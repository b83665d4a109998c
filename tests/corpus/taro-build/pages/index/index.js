require('../../runtime'); require('../../vendors'); require('../../common');
const { h, createPage } = require('../../taro');
Page(createPage((root) => {
  const chunks = global.taroRegistry.chunks.slice(0, 2).join(', ');
  root.append(h('view', { className: 'index' }, h('text', null, '你好，', h('text', { style: 'color: #06c' }, chunks)), ['todo', 'deep', 'form'].map((name) => h('button', { type: 'primary', onTap: () => tt.navigateTo({ url: `/pages/${name}/${name}` }) }, name))));
}));
