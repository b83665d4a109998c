const lifecycle = require("../../lifecycle");

Page(lifecycle("custom", {}));
