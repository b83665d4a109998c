Page({ ...require("../log"), data: { size: "20px", top: "", title: "From data" } });
