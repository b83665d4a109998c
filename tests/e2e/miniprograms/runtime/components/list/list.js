const log = require("../../log");

Component({
  data: { title: "list" },
  relations: { "../item/item": { type: "child", linked(item) { log(`list linked to ${item.data.label}`); } } },
});
