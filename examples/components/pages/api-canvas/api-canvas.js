const { api } = require("../../api");

Page(
  api(
    {
      draw() {
        const context = tt.createCanvasContext("board");
        const sky = context.createLinearGradient(0, 0, 0, 160);
        sky.addColorStop(0, "#2b5f9e");
        sky.addColorStop(1, "#f4c98b");
        context.setFillStyle(sky);
        context.fillRect(0, 0, 400, 160);
        context.setFillStyle("#ffffff");
        context.setFontSize(24);
        context.fillText("tt.createCanvasContext", 20, 90);
        return new Promise((done) => context.draw(false, () => done("drawn")));
      },
      canvasToTempFilePath: () => tt.canvasToTempFilePath({ canvasId: "board" }),
      animate() {
        const animation = tt.createAnimation({ duration: 600, timingFunction: "ease" });
        animation.translateX(160).rotate(180).backgroundColor("#d6204a").step();
        animation.translateX(0).rotate(0).backgroundColor("#2b5f9e").step();
        this.setData({ animation: animation.export() });
      },
    },
    { data: { animation: null } },
  ),
);
