const load = require('./load.js');
const mixins = { list: load('mixins', 'list'), buy: load('mixins', 'buy') };
module.exports = function page(options, ...names) {
  const parts = names.map((name) => mixins[name]);
  const data = Object.assign({ ready: true }, ...parts.map((part) => part.data || {}), options.data || {});
  Page(Object.assign({
    go(event) { getApp().libs.route.go(event.currentTarget.dataset.url); },
    onShareAppMessage() { return { title: '小杂货铺' }; },
  }, ...parts, options, { data }));
};
