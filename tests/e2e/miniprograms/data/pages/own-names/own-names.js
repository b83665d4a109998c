// Code of a page puts values of its own where instances have theirs.
Page({
  data: { count: 1, rest: "as it was" },
  onLoad(query) {
    "use strict";
    this.id = query.id;
    this.dataset = { of: "the page" };
    this.properties = { p: 1 };
    this.is = "mine";
    this.data = { count: 10, list: [] };
    this.setData({ "list[0]": `count ${this.data.count}, rest ${this.data.rest}` });
  },
  more() {
    this.setData({ count: this.data.count + 1 });
  },
});
