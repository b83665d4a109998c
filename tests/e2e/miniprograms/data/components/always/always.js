const lifetimes = {};
for (const when of ["created", "attached", "ready", "detached"]) {
  lifetimes[when] = function () {
    this.setData({ last: when, buttons: this.data.buttons + 1 });
    getApp().calls.push(`component ${when} ${this.data.last}`);
    if (when === "detached") this.triggerEvent("set", "told by the component");
  };
}
Component({ data: { last: "", buttons: 0 }, lifetimes });
