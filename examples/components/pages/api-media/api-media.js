const { api } = require("../../api");

Page(
  api(
    {
      async chooseImage() {
        const chosen = await tt.chooseImage({ count: 1 });
        this.setData({ picture: chosen.tempFilePaths[0] });
        return chosen;
      },
      chooseMedia: () => tt.chooseMedia({ count: 2 }),
      previewImage() {
        return tt.previewImage({ urls: [this.data.picture, "/media/landscape.svg"] });
      },
      getImageInfo() {
        return tt.getImageInfo({ src: this.data.picture });
      },
      async compressImage() {
        const made = await tt.compressImage({ src: this.data.picture, quality: 30 });
        this.setData({ picture: made.tempFilePath });
        return made;
      },
      saveImageToPhotosAlbum() {
        return tt.saveImageToPhotosAlbum({ filePath: this.data.picture });
      },
      "record 1 s": () =>
        new Promise((stopped, failed) => {
          const recorder = tt.getRecorderManager();
          recorder.onStop((result) => {
            recording = result.tempFilePath;
            stopped(result);
          });
          recorder.onError(failed);
          recorder.start({ duration: 1000 });
        }),
      "play it": () =>
        new Promise((ended, failed) => {
          const sound = tt.createInnerAudioContext();
          sound.onEnded(() => ended("ended"));
          sound.onError(failed);
          sound.src = recording;
          sound.play();
        }),
    },
    { data: { picture: "/media/landscape.svg" } },
  ),
);

let recording = "";
