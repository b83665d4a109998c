// A proxy for TCP that a test can cut: in silence, as a network does that has gone, or by breaking
// every connection.

import { connect, createServer } from "node:net";

/**
 * Starts a proxy in front of a port of this machine.
 *
 * @returns `port`; `cut`, to be set to true and false: while it is true nothing passes, and
 *   nobody is told; `reset()`, which breaks the connections there are; and `close()`
 */
export async function startTcpProxy(target) {
  const pairs = new Set();
  let cut = false;

  const server = createServer((near) => {
    const pair = { near, far: undefined };
    pairs.add(pair);
    const end = () => {
      // While it is cut, nobody hears of it: the end comes out afterwards.
      pair.over = true;
      if (cut) return;
      pairs.delete(pair);
      pair.near.destroy();
      pair.far?.destroy();
    };
    pair.end = end;
    for (const event of ["close", "error"]) near.on(event, end);
    pair.open = () => {
      if (pair.far || pair.over) return;
      pair.far = connect(target, "127.0.0.1");
      for (const event of ["close", "error"]) pair.far.on(event, end);
      near.pipe(pair.far).pipe(near);
    };
    if (cut) near.pause();
    else pair.open();
  });

  const streams = () => [...pairs].flatMap(({ near, far }) => (far ? [near, far] : [near]));

  await new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(0, "127.0.0.1", done);
  });

  return {
    port: server.address().port,
    get cut() {
      return cut;
    },
    set cut(on) {
      cut = on;
      for (const pair of [...pairs]) {
        if (on) {
          pair.near.unpipe();
          pair.far?.unpipe();
          for (const stream of [pair.near, pair.far]) stream?.pause();
        } else if (pair.over) {
          pair.end();
        } else if (pair.far) {
          pair.near.pipe(pair.far).pipe(pair.near);
        } else {
          pair.open();
        }
      }
    },
    reset() {
      for (const stream of streams()) stream.resetAndDestroy();
    },
    close() {
      for (const stream of streams()) stream.destroy();
      return new Promise((done) => server.close(done));
    },
  };
}
