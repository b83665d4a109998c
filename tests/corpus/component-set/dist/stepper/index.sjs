module.exports = { off: function (type, value, min, max, disabled) { if (disabled) { return ' off'; } return (type === 'minus' ? value - min <= 0 : max - value <= 0) ? ' off' : ''; } };
