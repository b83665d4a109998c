const { h, createPage } = require('../../taro');
Page(createPage((root) => {
  const said = h('text', null, '还没交');
  root.append(h('form', { className: 'index', onSubmit: ({ detail }) => said.childNodes[0].set('text', JSON.stringify(detail.value)) }, h('view', { className: 'row' }, '开关', h('switch', { name: 'on', checked: true, color: '#0066cc' })), h('button', { formType: 'submit' }, '交'), said));
}));
