module.exports = { half: function (n) { return n / 2 + '%'; } };
