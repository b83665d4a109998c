Page({
  ...require("../log"),
  onReady() {
    tt.createSelectorQuery()
      .select("#video").context(({ context }) => (this.video = context))
      .select("#map").context(({ context }) => (this.map = context))
      .exec();
    this.camera = tt.createCameraContext();
  },
  /** What a frame of the camera has. */
  frame() {
    return new Promise((resolve) => {
      const listener = this.camera.onCameraFrame(({ width, height, data }) => {
        listener.stop();
        resolve({ width, height, bytes: data.byteLength });
      });
      listener.start();
    });
  },
});
