Page({
  data: { src: "https://films.test/first.webm" },
  next() {
    const film = tt.createVideoContext("film");
    film.play();
    this.setData({ src: "https://films.test/second.webm" });
    film.play();
    film.pause();
    console.log("next");
  },
});
