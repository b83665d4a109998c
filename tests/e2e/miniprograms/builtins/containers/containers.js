Page({
  ...require("../log"),
  data: { enable: true, show: false },
  tap({ currentTarget }) {
    this.tapped = currentTarget.id;
  },
});
