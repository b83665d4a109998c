const folder = '.';
const money = require(folder + '/money.js');
let rows = [{ id: 1, cents: 3900, count: 2, checked: true }, { id: 4, cents: 2450, count: 1, checked: true }, { id: 6, cents: 4500, count: 1, checked: false }];
module.exports = {
  rows: () => rows.map((row) => Object.assign({}, row)),
  set(id, change) { rows = rows.map((row) => (row.id === id ? Object.assign({}, row, change) : row)); },
  total: () => money.sum(rows.filter((row) => row.checked)),
};
