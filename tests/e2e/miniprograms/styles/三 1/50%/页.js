const name = require("./名 #字"); Page({ data: { name } });
