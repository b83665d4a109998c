exports.yuan = function (cents) { return (cents / 100).toFixed(2); };
exports.sum = function (rows) { return rows.reduce((total, row) => total + row.cents * row.count, 0); };
