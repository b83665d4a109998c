const lifecycle = require("../../lifecycle");

Page(lifecycle("mine", { data: { name: "mine" } }));
