// A relay for UDP between browsers, in which a test cuts, delays and loses packets.
//
// Every address that a browser offers as an ICE candidate gets a stand-in: a port of the relay. The
// other browser is given the stand-in's address in place of the real one, and so sends everything
// to the relay, which passes it on from the stand-in of the sender. No privileges are needed, and
// both browsers are what they always are.

import { createSocket } from "node:dgram";
import { networkInterfaces } from "node:os";

/** An IPv4 address that browsers on this machine reach: they do not use the loopback's unless
 * there is no other. */
export function localAddress() {
  const all = Object.values(networkInterfaces()).flat();
  return all.find(({ family, internal }) => family === "IPv4" && !internal)?.address ?? "127.0.0.1";
}

/**
 * Starts a relay.
 *
 * @returns `cut`, `delay` in milliseconds one way and `loss` from 0 to 1, to be set;
 *   `standIn({ address, port })`, the address that leads to that one; `renumber()`, which gives
 *   all addresses new stand-ins and forgets the old ones, as when a network changes under a call;
 *   `attach(context)`, which puts the relay between all pages of a playwright context and the
 *   others; and `close()`
 */
export function startUdpRelay() {
  const address = localAddress();
  /** The stand-ins by the real address. */
  let standIns = new Map();
  const relay = { cut: false, delay: 0, loss: 0, standIn, renumber, attach, close };

  async function socketOf(real) {
    const key = `${real.address}:${real.port}`;
    if (!standIns.has(key)) standIns.set(key, open(real));
    return standIns.get(key);
  }

  async function open(real) {
    const socket = createSocket("udp4");
    const current = standIns;
    socket.on("message", (packet, sender) => {
      // It never rejects: a socket that fails stays silent, as a network does.
      if (current === standIns) void pass(packet, sender, real);
    });
    socket.on("error", () => {});
    await new Promise((done) => socket.bind(0, address, done));
    return socket;
  }

  async function pass(packet, sender, real) {
    if (relay.cut || Math.random() < relay.loss) return;
    const from = await socketOf(sender);
    const send = () => {
      try {
        from.send(packet, real.port, real.address);
      } catch {
        // Closed meanwhile.
      }
    };
    if (relay.delay > 0) setTimeout(send, relay.delay);
    else send();
  }

  async function standIn(real) {
    const socket = await socketOf(real);
    return { address, port: socket.address().port };
  }

  async function renumber() {
    const old = standIns;
    standIns = new Map();
    for (const socket of old.values()) (await socket).close();
  }

  async function attach(context) {
    await context.exposeBinding("standIn", (_source, real) => standIn(real));
    await context.addInitScript(replaceCandidates);
  }

  async function close() {
    await renumber();
  }

  return relay;
}

/** In the page: remote candidates lead to the relay before the browser learns of them. */
function replaceCandidates() {
  const { addIceCandidate, setRemoteDescription } = RTCPeerConnection.prototype;
  /** The last operation of each connection: one follows the other, as without the relay. */
  const last = new WeakMap();

  function inOrder(connection, operation) {
    const result = Promise.resolve(last.get(connection)).then(operation);
    last.set(
      connection,
      result.catch(() => {}),
    );
    return result;
  }

  /** A candidate line with the stand-in's address; none for what is not IPv4 over UDP. */
  async function replaced(line) {
    const parts = line.split(" ");
    if (parts[2]?.toLowerCase() !== "udp" || !/^[\d.]+$/.test(parts[4])) return undefined;
    const standIn = await window.standIn({ address: parts[4], port: Number(parts[5]) });
    [parts[4], parts[5]] = [standIn.address, standIn.port];
    return parts.join(" ");
  }

  RTCPeerConnection.prototype.addIceCandidate = async function (init) {
    if (!init?.candidate) return addIceCandidate.call(this, init);
    const replacing = replaced(init.candidate);
    return inOrder(this, async () => {
      const candidate = await replacing;
      // What a candidate has are not properties of its own.
      if (candidate) return addIceCandidate.call(this, { ...(init.toJSON?.() ?? init), candidate });
    });
  };

  RTCPeerConnection.prototype.setRemoteDescription = function ({ type, sdp }) {
    return inOrder(this, async () => {
      const lines = [];
      for (const line of sdp.split("\r\n")) {
        if (!line.startsWith("a=candidate:")) {
          lines.push(line);
          continue;
        }
        const candidate = await replaced(line.slice(2));
        if (candidate) lines.push(`a=${candidate}`);
      }
      return setRemoteDescription.call(this, { type, sdp: lines.join("\r\n") });
    });
  };
}
