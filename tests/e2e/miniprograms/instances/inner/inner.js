const log = (what, instance) => getApp().log(`inner ${what} ${instance.data.name}`);
Component({
  properties: { name: { type: String, value: "" } },
  lifetimes: {
    created() { getApp().log("inner created"); },
    attached() { log("attached", this); },
    ready() { log("ready", this); },
  },
});
