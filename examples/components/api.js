// What the pages of tt.* have: a button for each call, whose answer goes on top of the list of events.

const { log } = require("./log");

/**
 * @param calls by label, what a tap does; what it returns, or fails with, is shown
 * @param rest more of the page
 */
exports.api = (calls, { data, ...rest } = {}) => ({
  ...rest,
  data: { events: [], calls: Object.keys(calls), ...data },

  async call({ currentTarget }) {
    const name = currentTarget.dataset.call;
    let answer;
    try {
      answer = await calls[name].call(this);
    } catch (error) {
      answer = error instanceof Error ? error.message : error;
    }
    this.say(name, answer);
  },

  /** Puts an entry on top of the list. */
  say(type, detail) {
    log.on.call(this, { type, detail: detail === undefined ? "" : detail });
  },
});
