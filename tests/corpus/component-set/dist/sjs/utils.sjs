var MARKS = getRegExp('[{}"]', 'g');
var CAPITAL = getRegExp('[A-Z]', 'g');
var NUMBER = getRegExp('^-?[0-9]+([.][0-9]+)?$');
// There is no Object in sjs; the names of an object's members are in its JSON.
function names(object) { return JSON.stringify(object).replace(MARKS, '').split(',').map(function (member) { return member.split(':')[0]; }); }
function kebab(word) { return word.replace(CAPITAL, function (letter) { return '-' + letter.toLowerCase(); }); }
function addUnit(value) { if (value == null || value === '') { return undefined; } return NUMBER.test('' + value) ? value + 'px' : value; }
function collect(out, name, mod) {
  if (!mod) { return; }
  if (mod.constructor === 'Array') { mod.forEach(function (one) { collect(out, name, one); }); return; }
  if (mod.constructor === 'Object') { names(mod).forEach(function (key) { if (mod[key]) { out.push('w-' + name + '--' + key); } }); return; }
  out.push('w-' + name + '--' + mod);
}
function bem(name, mods) { var out = ['w-' + name]; collect(out, name, mods); return out.join(' '); }
function style(styles) {
  return names(styles).filter(function (key) { return styles[key] != null && styles[key] !== ''; }).map(function (key) { return kebab(key) + ': ' + styles[key]; }).join('; ');
}
module.exports = { bem: bem, style: style, addUnit: addUnit };
