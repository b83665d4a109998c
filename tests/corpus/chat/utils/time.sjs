function two(n) { return n < 10 ? '0' + n : '' + n; }
module.exports = { clock: function (ms) { var at = getDate(ms); return two(at.getHours()) + ':' + two(at.getMinutes()); } };
