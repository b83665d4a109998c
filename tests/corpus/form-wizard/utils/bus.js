const listeners = {};
exports.on = (name, listener) => { (listeners[name] = listeners[name] || []).push(listener); };
exports.off = (name, listener) => { listeners[name] = (listeners[name] || []).filter((one) => one !== listener); };
exports.emit = (name, value) => { (listeners[name] || []).slice().forEach((listener) => listener(value)); };
