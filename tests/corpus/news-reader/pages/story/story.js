Page({
  data: { html: '<h1>河边新开了一家旧书店</h1><p style="color:#888">2024 年 3 月 1 日</p><p>书架是<strong>旧船木</strong>做的，<em>闻得到水</em>。</p><img src="/images/hills.png" width="100%"/><blockquote>“卖不掉也没关系。”店主说。</blockquote><table border="1"><tr><th>书</th><th>价</th></tr><tr><td>诗集</td><td>5 元</td></tr></table><ol><li>早上九点开</li><li>下雨也开</li></ol><script>nothing()</script><p>H<sub>2</sub>O 和 x<sup>2</sup> &lt;不是标签&gt;</p>',
    nodes: [{ name: 'div', attrs: { class: 'box', style: 'padding: 8px; background: #f4f1ea' }, children: [{ type: 'text', text: '节点写成的一段，' }, { name: 'span', attrs: { style: 'color: #d1495b' }, children: [{ type: 'text', text: '红色的字 &amp; 符号' }] }, { name: 'br' }, { name: 'video', children: [{ type: 'text', text: '不该出现' }] }] }] },
});
