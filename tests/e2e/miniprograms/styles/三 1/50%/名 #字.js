module.exports = "named";
