const parse = require('../../lib/parse');
Page({
  data: { nodes: [] },
  onLoad() { this.setData({ nodes: parse('<h2>菜市场里的钢琴</h2><p>谁都可以弹，<b>卖鱼的</b>弹得<i>最好</i>。</p><img src="/images/hills.png"/><ul><li>周一：空着</li><li>周二：<code>do re mi</code></li></ul><blockquote><p>琴是别人搬家留下的 &amp; 没人要。</p></blockquote><div style="text-align: center; color: #06c"><a href="x">完</a></div><div><div><div><div>第四层</div></div></div></div>') }); },
  preview(event) { tt.previewImage({ urls: [event.currentTarget.dataset.src] }); },
});
