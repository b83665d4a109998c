Page({ ...require("../log") });
