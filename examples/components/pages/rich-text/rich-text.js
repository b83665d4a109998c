const { log } = require("../../log");

Page({
  ...log,
  data: {
    events: [],
    html:
      '<h3 style="margin: 0">HTML</h3><p class="lead">Bold: <b>yes</b>. A list:</p>' +
      "<ul><li>one</li><li>two</li></ul><table><tr><td>cell</td></tr></table>" +
      "<script>throw new Error('not trusted')</script><a href=\"https://example.com/\">a link that leads nowhere</a>",
    nodes: [
      {
        name: "p",
        attrs: { class: "lead", style: "font-size: 36rpx" },
        children: [
          { type: "text", text: "Text of a   node, &lt;decoded&gt; · 节点 " },
          { name: "img", attrs: { src: "/media/landscape.svg", width: 64, height: 36, alt: "a landscape" } },
          { name: "iframe", attrs: { src: "https://example.com/" } },
        ],
      },
    ],
  },

  tapped() {
    this.on({ type: "tap", detail: "on the rich-text" });
  },
});
