// A call by PeerJS as its README and its documentation of `disconnected` have it, and one line
// more: whoever called calls again when the call has closed.

import { capture, pageOf, script } from "./peer.js";

export async function join({ signaling, user, other }, page) {
  await script("/vendor/peerjs.min.js");
  const { hostname, port } = new URL(signaling);
  const stream = await capture();
  const told = pageOf({ user, other }, page);
  // Whoever comes second calls the first one.
  const calls = user > other;
  let current;

  // Everybody is on this machine: there are no ICE servers, as for tt-rtc.
  const peer = new Peer(user, { host: hostname, port, path: "/", config: { iceServers: [] } });
  const opened = new Promise((open) => peer.once("open", open));
  peer.on("open", () => told.tell("server", true));
  peer.on("disconnected", () => {
    told.tell("server", false);
    peer.reconnect();
  });

  function follow(call) {
    current = call;
    call.on("stream", (remote) => told.show(remote));
    call.on("iceStateChanged", (state) => call === current && told.iceState(state));
    call.on("close", () => {
      if (call !== current) return;
      told.over();
      // The line more.
      if (calls) callAgain();
    });
  }

  const start = () => follow(peer.call(other, stream));
  const callAgain = () => (peer.open ? start() : peer.once("open", start));
  peer.on("call", (call) => {
    call.answer(stream);
    follow(call);
  });
  await opened;
  if (calls) start();
}
