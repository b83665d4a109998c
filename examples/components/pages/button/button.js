const { log } = require("../../log");

Page({
  ...log,

  number({ type, detail }) {
    this.on({ type, detail: { errMsg: detail.errMsg, code: typeof detail.code } });
  },

  onShareAppMessage({ from, target }) {
    return {
      title: "Built-in components · 内置组件",
      desc: `from ${from} #${target.id}`,
      path: "/pages/button/button",
      success: (detail) => this.on({ type: "shared", detail }),
      fail: (detail) => this.on({ type: "not shared", detail }),
    };
  },
});
