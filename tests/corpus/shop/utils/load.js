// One door for everything: load('libs', 'money').
module.exports = function load(kind, name) {
  return require('../' + kind + '/' + name);
};
