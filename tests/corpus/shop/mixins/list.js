module.exports = {
  data: { list: [], more: false },
  fillList(rows) { this.setData({ list: rows, more: false }); },
  onReachBottom() { this.setData({ more: true }); },
};
