const { told } = require("../log");
Page(told);
