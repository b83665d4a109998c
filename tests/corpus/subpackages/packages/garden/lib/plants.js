module.exports = [{ id: 'a', name: '龟背竹', water: 7 }, { id: 'b', name: '薄荷', water: 2 }, { id: 'c', name: '仙人掌', water: 30 }];
