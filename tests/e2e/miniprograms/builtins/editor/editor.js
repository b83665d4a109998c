Page({
  ...require("../log"),
  onReady() {
    tt.createSelectorQuery().select("#editor").context(({ context }) => (this.editor = context)).exec();
  },
});
