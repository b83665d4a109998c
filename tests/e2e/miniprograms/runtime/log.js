// What happened, in order; tests read it from `getApp().calls`.
const calls = [];

function log(text) {
  calls.push(text);
}

module.exports = log;
module.exports.calls = calls;
