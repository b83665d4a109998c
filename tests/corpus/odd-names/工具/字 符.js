module.exports = { 大写: (word) => word.toUpperCase(), 数: [1, 2, 3] };
