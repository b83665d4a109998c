const plants = require('../../lib/plants.js');
Component({ properties: { pid: { type: String, observer(pid) { this.setData({ one: plants.filter((plant) => plant.id === pid)[0] }); } } } });
