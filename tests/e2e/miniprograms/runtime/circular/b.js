exports.second = `${require("./a").first}b`;
