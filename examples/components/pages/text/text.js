const { log } = require("../../log");

Page({
  ...log,
  data: {
    events: [],
    lines: "first line\nsecond line · 第二行",
    entities: "1 &lt; 2 &amp;&amp; 3 &gt; 2",
    decode: true,
  },

  toggle() {
    this.setData({ decode: !this.data.decode });
  },
});
