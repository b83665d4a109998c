const { told } = require("../log");
Page({ ...told, data: { animation: null } });
