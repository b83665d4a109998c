// A call by simple-peer as its README has it, with signaling through a WebSocket that is made anew
// when it closes, and one line more: whoever called makes a new peer when the old one has closed.

import { capture, pageOf, script } from "./peer.js";

export async function join({ signaling, user, other }, page) {
  await script("/vendor/simplepeer.min.js");
  const stream = await capture();
  const told = pageOf({ user, other }, page);
  // Whoever comes second calls the first one.
  const calls = user > other;
  let peer;
  /** Which call it is: the next one replaces it on both sides. */
  let number = 0;

  let socket;
  const waiting = [];
  const flush = () => {
    while (socket.readyState === WebSocket.OPEN && waiting.length > 0) socket.send(waiting.shift());
  };
  const send = (message) => {
    waiting.push(JSON.stringify(message));
    flush();
  };
  const connect = () =>
    new Promise((opened) => {
      socket = new WebSocket(signaling);
      socket.onopen = () => {
        told.tell("server", true);
        flush();
        opened();
      };
      socket.onclose = () => {
        told.tell("server", false);
        // It never rejects.
        setTimeout(() => void connect(), 1_000);
      };
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.number > number) start(message.number);
        if (message.number === number && !peer.destroyed) peer.signal(message.signal);
      };
    });

  function start(next) {
    number = next;
    peer?.destroy();
    // Everybody is on this machine: there are no ICE servers, as for tt-rtc.
    const mine = new SimplePeer({ initiator: calls, stream, config: { iceServers: [] } });
    peer = mine;
    peer.on("signal", (signal) => send({ number: next, signal }));
    peer.on("stream", (remote) => told.show(remote));
    peer.on("iceStateChange", (state) => mine === peer && told.iceState(state));
    // `close` follows.
    peer.on("error", () => {});
    peer.on("close", () => {
      if (mine !== peer) return;
      told.over();
      // The line more.
      if (calls) start(next + 1);
    });
  }

  await connect();
  if (calls) start(1);
}
