const lifecycle = require("../../lifecycle");

Page(lifecycle("index", { data: { name: "index" } }));
