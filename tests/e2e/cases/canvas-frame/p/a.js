const FUNCTIONS = ["getContext", "createImage", "createImageData", "createPath2D", "requestAnimationFrame", "cancelAnimationFrame"];

const without = (node) => FUNCTIONS.filter((name) => typeof node[name] !== "function");

Page({
  data: { network: "" },

  onReady() {
    tt.createSelectorQuery().select("#flat").node().select("#deep").node().exec(([flat, deep]) => {
      this.flat = flat.node;
      this.deep = deep.node;
      this.offscreen = tt.createOffscreenCanvas({ width: 20, height: 20 });
      this.setData({ without: [this.flat, this.deep, this.offscreen].map(without) });
    });
  },

  /** Draws an image of this address. */
  draw(src) {
    return new Promise((resolve) => {
      const image = this.flat.createImage();
      image.onload = () => {
        const pen = this.flat.getContext("2d");
        pen.drawImage(image, 0, 0, 10, 10);
        resolve([image.width, image.height, ...pen.getImageData(5, 5, 1, 1).data]);
      };
      image.onerror = ({ errMsg }) => resolve(errMsg);
      image.src = src;
    });
  },

  /** A square in the next frame, none in one that was cancelled. */
  frames() {
    return new Promise((resolve) => {
      const pen = this.flat.getContext("2d");
      pen.clearRect(0, 0, 200, 100);
      const cancelled = this.flat.requestAnimationFrame(() => pen.fillRect(50, 0, 10, 10));
      this.flat.cancelAnimationFrame(cancelled);
      this.flat.requestAnimationFrame(() => {
        pen.fillStyle = "red";
        const path = this.flat.createPath2D();
        path.rect(0, 0, 10, 10);
        pen.fill(path);
        const data = this.flat.createImageData(1, 1);
        data.data.set([0, 0, 255, 255]);
        pen.putImageData(data, 20, 0);
        const other = this.offscreen.getContext("2d");
        other.fillStyle = "lime";
        other.fillRect(0, 0, 20, 20);
        pen.drawImage(this.offscreen, 30, 0);
        resolve([5, 20, 35, 55].map((x) => [...pen.getImageData(x, 0, 1, 1).data]));
      });
    });
  },

  /** Fills the canvas in three dimensions and reads its file. */
  async file() {
    const gl = this.deep.getContext("webgl");
    gl.clearColor(0, 1, 0, 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    const { tempFilePath } = await tt.canvasToTempFilePath({ canvas: this.deep });
    return this.draw(tempFilePath);
  },
});
