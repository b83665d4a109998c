const { told } = require("../log");
Page({ ...told, data: { text: "three\\nfour", animation: null } });
