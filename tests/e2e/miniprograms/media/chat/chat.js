const { told } = require("../log");
Page({ ...told, data: { list: [1, 2], last: "", top: 0 } });
