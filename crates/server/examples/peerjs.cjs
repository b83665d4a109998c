// peerjs-server for the benchmark, with its defaults except for limits that the load exceeds.

const { PeerServer } = require("peer");

PeerServer({ host: "127.0.0.1", port: 0, concurrent_limit: 1_000_000, alive_timeout: 600_000 }, (server) =>
  console.log(`Listening at ws://127.0.0.1:${server.address().port}/`),
);
