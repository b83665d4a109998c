// Shape: a chat. One socket for the whole program with a queue, a heartbeat and retries, which goes on
// without a connection; a list that scrolls to its end; a bar above the keyboard.
const socket = require('./utils/socket');
App({ socket, onLaunch() { socket.open('wss://chat.corpus.invalid/room'); }, onHide() { socket.pause(); } });
