const log = require("../../log");

Component({
  properties: { paramA: Number, flag: Boolean, text: String },
  lifetimes: {
    attached() { log(`attached ${this.data.paramA}`); },
    ready() { log("ready"); },
  },
  pageLifetimes: { show() { log("show"); } },
  methods: {
    onLoad(query) { log(`onLoad ${JSON.stringify(query)} ${this.route}`); },
    onShow() { log("onShow"); },
    onReady() { log("onReady"); },
  },
});
