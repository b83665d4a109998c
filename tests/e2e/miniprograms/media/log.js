/** What a page was told, the first first. */
exports.told = {
  onLoad() {
    this.told = [];
  },
  log({ type, detail, target }) {
    this.told.push({ type, detail, id: target.id });
  },
};
