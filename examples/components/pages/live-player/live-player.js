const { log } = require("../../log");

Page({ ...log });
