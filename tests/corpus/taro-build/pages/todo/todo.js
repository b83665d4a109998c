const { h, createPage } = require('../../taro');
Page(createPage((root) => {
  const list = h('scroll-view', { scrollY: true, style: 'height: 600rpx' });
  const count = h('text', null, '0');
  let left = 0;
  const show = () => count.childNodes[0].set('text', `剩 ${left}`);
  const add = (text) => { left += 1; const row = h('view', { className: 'row', onTap: () => { if (row.props.className === 'row') { row.set('className', 'row done'); left -= 1; show(); } } }, h('text', null, text)); list.append(row); show(); };
  root.append(h('view', { className: 'index' }, h('image', { src: '/images/book.png', style: 'width: 120rpx; height: 120rpx', mode: 'aspectFit' }), h('input', { placeholder: '要做的事', onConfirm: ({ detail }) => add(detail.value) }), count, list, h('button', { size: 'mini', id: 'add', onTap: () => add('又一件') }, '加')));
  ['买米', '还书', '给花浇水'].forEach(add);
}));
