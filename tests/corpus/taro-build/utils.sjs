module.exports = {
  a: function (l, n) { return 'tmpl_' + l + '_' + n; },
  b: function (a, b) { return a === undefined ? b : a; },
  c: function (i, prefix) { return prefix + (i.cn ? i.cn.length : 0); },
  d: function (i, v) { return i === undefined ? v : i; }
};
