function kebab(word) { return word.replace(getRegExp('[A-Z]', 'g'), function (letter) { return '-' + letter.toLowerCase(); }); }
function addUnit(value) { if (value == null || value === '') { return undefined; } return getRegExp('^-?\d+(\.\d+)?$').test('' + value) ? value + 'px' : value; }
function bem(name, mods) {
  var out = ['w-' + name];
  function push(mod) {
    if (!mod) { return; }
    if (mod.constructor === 'Array') { mod.forEach(push); return; }
    if (mod.constructor === 'Object') { for (var i = 0, all = Object.keys ? Object.keys(mod) : []; i < all.length; i++) { if (mod[all[i]]) { out.push('w-' + name + '--' + all[i]); } } return; }
    out.push('w-' + name + '--' + mod);
  }
  push(mods);
  return out.join(' ');
}
function style(styles) {
  return Object.keys(styles).filter(function (key) { return styles[key] != null && styles[key] !== ''; }).map(function (key) { return kebab(key) + ': ' + styles[key]; }).join('; ');
}
module.exports = { bem: bem, style: style, addUnit: addUnit };
