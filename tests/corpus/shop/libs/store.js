// Stands for what other programs keep on a server.
const tables = {};
module.exports = {
  fill() {
    tables.address = [
      { id: 1, name: '林青', phone: '130****0001', where: '西湖区 柳浪街 8 号', first: true },
      { id: 2, name: 'Ada', phone: '130****0002', where: '拱墅区 运河路 21 号 3 栋', first: false },
    ];
    tables.history = [3, 1, 5];
    tables.collect = [2, 6];
  },
  table(name) { return tables[name] || []; },
};
