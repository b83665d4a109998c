exports.first = "a";
exports.second = require("./b").second;
