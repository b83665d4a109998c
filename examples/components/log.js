// What every page here has: a list of the last events, which <event-log> shows.

const LENGTH = 6;
let count = 0;

exports.log = {
  data: { events: [] },

  /** Any event: its type and its detail go on top of the list. */
  on(event) {
    const entry = { id: ++count, type: event.type, detail: JSON.stringify(event.detail) };
    this.setData({ events: [entry, ...this.data.events].slice(0, LENGTH) });
  },
};
