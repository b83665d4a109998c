const log = (what, instance) => getApp().log(`outer ${what} ${instance.data.name}`);
Component({
  properties: { name: { type: String, value: "" } },
  lifetimes: {
    created() { getApp().log("outer created"); },
    attached() { log("attached", this); },
    ready() { log("ready", this); },
  },
});
