const log = require('../../log');

Page({
  data: { name: 'ada', deep: { notes: ['first'] }, on: false, level: 10, city: 1, cities: ['a', 'b', 'c'] },
  typed() {
    log(`typed ${this.data.name}`);
  },
});
