const log = require("../log");

module.exports = Behavior({
  data: { count: 0, own: 0 },
  lifetimes: { attached() { log("counted.attached"); } },
  methods: {
    add() { this.setData({ count: this.data.count + 1 }); },
  },
});
