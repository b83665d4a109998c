const log = require("../../log");

Page({
  data: { label: "a", number: 1, items: ["x", "y"], shown: true },
  pick(event) {
    log(`pick ${event.detail.label} at ${event.currentTarget.id}`);
  },
  submit(event) {
    log(`submit ${JSON.stringify(event.detail.value)}`);
  },
});
