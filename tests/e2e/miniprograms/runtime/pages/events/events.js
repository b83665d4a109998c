const log = require("../../log");

Page({
  data: { object: { deep: [1] }, dynamic: "first", stop: true },
  say(event) {
    const { type, target, currentTarget, detail, mark } = event;
    this.last = event;
    log(`${type} ${currentTarget.dataset.name} from ${target.id || "-"} ${JSON.stringify(mark)}`);
  },
  keep(event) {
    this.last = event;
    log(`${event.type} kept`);
  },
  first() {
    log("first");
  },
  second() {
    log("second");
  },
});
