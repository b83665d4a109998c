const lifecycle = require("../../lifecycle");

Page(lifecycle("home", { data: { name: "home" } }));
