const log = require("../../log");
const counted = require("../counted");

Component({
  behaviors: [counted],
  properties: {
    label: { type: String, value: "none", observer: "labelChanged" },
    number: Number,
    object: { type: Object, value: { of: "default" } },
  },
  data: { shown: "", own: 1 },
  observers: {
    "label, number"(label, number) {
      this.setData({ shown: `${label}/${number}` });
    },
  },
  relations: { "../list/list": { type: "parent", linked(list) { log(`item linked to ${list.data.title}`); } } },
  lifetimes: {
    created() { log("item.created"); },
    attached() { log(`item.attached ${this.data.label}`); },
    ready() { log(`item.ready ${this.data.label}`); },
    detached() { log(`item.detached ${this.data.label}`); },
    error(error) { log(`item.error ${error.message}`); },
  },
  pageLifetimes: {
    show() { log(`item.show ${this.data.label}`); },
    hide() { log(`item.hide ${this.data.label}`); },
  },
  methods: {
    labelChanged(now, before) { log(`label ${before} -> ${now}`); },
    pick() { this.triggerEvent("pick", { label: this.data.label }, { bubbles: true, composed: true }); },
    fail() { throw new Error("item fails"); },
  },
});
