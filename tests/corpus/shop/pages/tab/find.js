require('../../utils/page.js')({
  data: { posts: [
    { who: '阿禾', text: '台灯放在窗边，晚上看书刚刚好。', pics: ['lamp', 'book'] },
    { who: 'Mo', text: '杯子比想象的大。', pics: ['cup'] },
    { who: '小满', text: '阳台角落终于绿了，三个月长出四片新叶。', pics: ['leaf', 'hills', 'chair'] },
  ] },
  look(event) { const { pics, at } = event.currentTarget.dataset; tt.previewImage({ urls: pics.map((pic) => '/images/' + pic + '.png'), current: '/images/' + pics[at] + '.png' }); },
});
