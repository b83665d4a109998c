// tt.getSetting({ success, fail }) as p.getSetting() that answers a promise.
const skip = /^(create|on|off|get.*Manager$|.*Sync$)/;
module.exports = new Proxy({}, { get: (none, name) => (skip.test(name) ? tt[name] : (options = {}) => new Promise((resolve, reject) => tt[name](Object.assign({}, options, { success: resolve, fail: reject })))) });
