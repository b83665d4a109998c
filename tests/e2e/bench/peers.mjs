// Other libraries for calls, in the same scenes as ours (`startScene({ library })`). They are not
// among the project's own packages: `cargo xtask bench` installs them elsewhere, and says where.

import { readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../harness.mjs";

/** The node_modules with the libraries, if they could be installed. */
const modules = process.env.TT_RTC_BENCH_PEERS;

const PEERJS = `Its page calls again when a call is closed. PeerJS closes one when iceConnectionState is
"failed"; in Chromium that stays "disconnected" (it is connectionState that fails).`;
const SIMPLE_PEER = `Its page makes a new peer when the old one is closed. The way to the server is the page's
own: a WebSocket, made anew a second after it has closed.`;

/** What the source of those says that were not run. */
const FROM_SOURCE = {
  "livekit-client": {
    library: "livekit-client 2.23.0",
    "loss of the path is noticed": "on `failed` or `online`, or 10 s after its server reports it",
    "comes back by itself": "2.0 s later at the least",
    "from its source": "RTCEngine.ts: handleDisconnect, connectionQualityLostTimeout, minReconnectWait",
  },
  peerjs: {
    library: "peerjs 1.5.5",
    "loss of the path is noticed": "when ICE is `disconnected`",
    "comes back by itself": "only on the same path",
    "from its source": "lib/negotiator.ts closes the call on `failed`; no ICE restart",
  },
  "simple-peer": {
    library: "simple-peer 9.11.1",
    "loss of the path is noticed": "when ICE is `disconnected`",
    "comes back by itself": "only on the same path",
    "from its source": "index.js destroys the peer on `failed`; no ICE restart (issue 579)",
  },
};

/** A library by the name of its package, which is that of its page, too; `note` is for readers. */
function library(name, file, note, program) {
  const { version } = JSON.parse(readFileSync(join(modules, name, "package.json")));
  return {
    name: `${name} ${version}`,
    note,
    page: name,
    files: { [`/vendor/${file.split("/").at(-1)}`]: readFileSync(join(modules, name, file)) },
    program: { ready: "/", env: { NODE_PATH: modules }, ...program },
  };
}

/** The libraries that can be run here. */
export function peers() {
  if (!modules) return [];
  return [
    library("peerjs", "dist/peerjs.min.js", PEERJS, {
      name: "peerjs-server",
      command: (port) => {
        const program = join(modules, "peer/dist/bin/peerjs.js");
        return [process.execPath, [program, "--host", "127.0.0.1", "--port", String(port)]];
      },
    }),
    library("simple-peer", "simplepeer.min.js", SIMPLE_PEER, {
      name: "the signaling of simple-peer",
      command: (port) => [process.execPath, [join(root, "tests/e2e/bench/signaling.cjs"), String(port)]],
    }),
  ];
}

/** What is known of all others. */
export const fromSource = (libraries) =>
  Object.entries(FROM_SOURCE)
    .filter(([name]) => libraries.every(({ page }) => page !== name))
    .map(([, row]) => row);
