const queue = [];
const listeners = new Set();
let task = null;
let state = 'closed';
let tries = 0;
function say(next) { state = next; listeners.forEach((listener) => listener(state)); }
function open(url) {
  say('opening');
  task = tt.connectSocket({ url, protocols: ['chat'], header: { 'x-room': 'one' }, fail: () => lost(url) });
  if (!task || !task.onOpen) return;
  task.onOpen(() => { tries = 0; say('open'); while (queue.length > 0) task.send({ data: queue.shift() }); });
  task.onError(() => lost(url));
  task.onClose(() => lost(url));
}
function lost(url) {
  if (state === 'offline') return;
  task = null;
  tries += 1;
  if (tries > 2) say('offline');
  else { say('waiting'); setTimeout(() => { if (state === 'waiting') open(url); }, 50); }
}
module.exports = {
  open,
  send(text) { if (state === 'open') task.send({ data: text }); else queue.push(text); return state === 'open'; },
  pause() { if (task) task.close({ code: 1000 }); },
  listen(listener) { listeners.add(listener); listener(state); return () => listeners.delete(listener); },
};
