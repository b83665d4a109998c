const goods = [
  { id: 1, title: '陶土马克杯 大号 350ml', pic: 'cup', cents: 3900, old: 5900, kind: '厨房', tags: ['包邮', '新品'] },
  { id: 2, title: '折叠阅读台灯 三档色温', pic: 'lamp', cents: 12900, old: 15900, kind: '家居', tags: ['满减'] },
  { id: 3, title: '白蜡木小椅子', pic: 'chair', cents: 26800, old: 29900, kind: '家居', tags: [] },
  { id: 4, title: '空白手帐 192 页', pic: 'book', cents: 2450, old: 3000, kind: '文具', tags: ['两件八折'] },
  { id: 5, title: '儿童篮球 5 号', pic: 'ball', cents: 6600, old: 8800, kind: '运动', tags: ['包邮'] },
  { id: 6, title: '室内绿植 龟背竹', pic: 'leaf', cents: 4500, old: 4500, kind: '家居', tags: ['同城'] },
].map((item) => Object.assign(item, { image: '/images/' + item.pic + '.png' }));
module.exports = {
  all: () => goods,
  one: (id) => goods.filter((item) => item.id === Number(id))[0] || goods[0],
  kinds: () => goods.map((item) => item.kind).filter((kind, at, all) => all.indexOf(kind) === at),
  of: (kind) => goods.filter((item) => item.kind === kind),
};
