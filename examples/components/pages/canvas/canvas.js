const { log } = require("../../log");

Page({
  ...log,

  onReady() {
    tt.createSelectorQuery()
      .select("#node")
      .node()
      .exec(([{ node }]) => {
        this.context = node.getContext("2d");
        this.context.fillStyle = "#3f6df6";
        this.context.fillRect(20, 20, 80, 50);
      });

    const context = tt.createCanvasContext("old");
    context.setFillStyle("#e0476b");
    context.fillRect(20, 20, 80, 50);
    context.draw();
  },

  /** Draws a dot where the finger is. */
  touched(event) {
    const [{ x, y }] = event.touches;
    this.on({ type: event.type, detail: { x: Math.round(x), y: Math.round(y) } });
    this.context.fillRect(x - 4, y - 4, 8, 8);
  },
});
