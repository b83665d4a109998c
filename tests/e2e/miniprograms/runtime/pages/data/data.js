const log = require("../../log");

class Client {
  constructor() {
    this.state = "kept";
  }
}

Page({
  data: { list: [{ id: 1, text: "one" }, { id: 2, text: "two" }], nested: { a: { b: 1 } }, n: 0, gone: "here" },
  own: { items: [] },
  client: new Client(),
  version() {
    return 1;
  },
  onLoad() {
    this.own.items.push(1);
  },
  /** Handed around unbound, as call pages do. */
  count() {
    this.setData({ n: this.data.n + 1 }, function () {
      log(`callback ${this.data.n} ${this.route}`);
    });
  },
});
