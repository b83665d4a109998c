/** What a page was told: `bindX="on"`. */
module.exports = {
  on({ type, detail }) {
    (this.told ??= []).push({ type, detail });
  },
};
