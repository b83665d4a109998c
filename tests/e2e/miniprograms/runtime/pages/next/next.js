const lifecycle = require("../../lifecycle");

Page(lifecycle("next", { data: { name: "next" } }));
