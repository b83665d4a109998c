// The configurations of proxies in deploy/, each with the real program in front of two real servers.
//
// A server that is lost keeps its rooms (deploy/README.md): who joins meanwhile is refused and tries again.
// The clients have addresses of the loopback network: 127.0.0.2 is as much of a stranger to the servers
// as any address on the internet. The proxy has 127.0.0.1.

import assert from "node:assert/strict";
import { test } from "node:test";

import WebSocket from "ws";

import { PROXIES, startProxy } from "./network/proxy.mjs";
import {
  ADMINISTERED,
  admin,
  hash,
  joinMessage,
  newSecret,
  roomsOf,
  startServer,
} from "./network/server.mjs";

const TIMEOUT = 60_000;
/** Connections that one address may have. */
const MOST = 3;

/** Why the tests of a proxy cannot run here, or false. */
function unavailable(proxy) {
  if (process.platform !== "linux")
    return "clients need addresses of their own: 127.0.0.2 and others, as on Linux";
  return proxy.program
    ? false
    : `${proxy.name} is not installed; \`cargo xtask setup\` installs it on Debian`;
}

const flags = (settings) => ["--trusted-proxies=127.0.0.1", ...ADMINISTERED, ...settings];

/** Two servers behind a proxy. */
async function startBoth(t, proxy, { settings = [], edits } = {}) {
  const start = () => startServer({ settings: flags(settings) });
  const servers = await Promise.all([start(), start()]);
  for (const server of servers) t.after(() => server.kill());
  const url = await startProxy(
    t,
    proxy,
    servers.map(({ port }) => port),
    edits,
  );
  return { servers, url };
}

/** A client of a server, which speaks the protocol of crates/room/src/protocol.rs. */
class Client {
  #socket;
  #messages = [];
  #waiting = [];

  /** @param options.from its address; `room` in the address; `headers` of the request */
  constructor(url, { from = "127.0.0.2", room, headers } = {}) {
    const address = room === undefined ? url : `${url}?room=${room}`;
    this.#socket = new WebSocket(address, { localAddress: from, headers, rejectUnauthorized: false });
    this.#socket.on("message", (data) => {
      this.#messages.push(JSON.parse(data));
      this.#waiting.splice(0).forEach((wake) => wake());
    });
    /** `open`, the HTTP status of the refusal, or the error's code. */
    this.opened = new Promise((done) => {
      this.#socket.once("open", () => done("open"));
      this.#socket.once("unexpected-response", (request, { statusCode }) => {
        request.destroy();
        done(statusCode);
      });
      this.#socket.once("error", ({ code }) => done(code));
    });
    this.closed = new Promise((done) => this.#socket.once("close", (code) => done(code)));
  }

  get isOpen() {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  send(message) {
    this.#socket.send(JSON.stringify(message));
  }

  /** The next message of a kind; those before it are dropped. */
  async next(kind) {
    for (;;) {
      const message = this.#messages.shift();
      if (message === kind) return message;
      if (message?.[kind] !== undefined) return message[kind];
      if (message !== undefined) continue;
      assert.ok(this.isOpen, `closed before ${kind}`);
      await Promise.race([new Promise((done) => this.#waiting.push(done)), this.closed]);
    }
  }

  /** Joins a room; what the server says. */
  async join(room, user) {
    assert.equal(await this.opened, "open");
    this.#socket.send(joinMessage(room, user, newSecret()));
    return this.next("welcome");
  }

  close() {
    this.#socket.terminate();
  }
}

const ROOMS = Array.from({ length: 40 }, (_, number) => `room_${number}`);

/** A new client, from an address of its room, in a room. */
async function enter(url, room, user) {
  const client = new Client(url, { room: hash(room), from: `127.0.1.${ROOMS.indexOf(room) + 1}` });
  await client.join(room, user);
  return { room, client };
}

const sorted = (map) => [...map].sort();

for (const proxy of PROXIES) {
  const options = { skip: unavailable(proxy), timeout: TIMEOUT };

  test(
    `${proxy.name}: messages go both ways, close codes arrive, and no other path is open`,
    options,
    async (t) => {
      const { servers, url } = await startBoth(t, proxy);
      const [ann, ben] = [new Client(url, { room: "a1" }), new Client(url, { room: "a1" })];
      await ann.join("call", "ann");
      const { members } = await ben.join("call", "ben");
      const [{ session }] = await ann.next("members");
      ann.send("ping");
      await ann.next("pong");
      const envelope = {
        generation: 1,
        ack: 0,
        seq: 1,
        signal: { offer: { sdp: "v=0\r\n".repeat(3000), screen: false } },
      };
      ben.send({ signal: { to: members.find(({ user }) => user === "ann").session, envelope } });
      const signal = await ann.next("signal");
      assert.equal(signal.from, session);
      assert.equal(signal.envelope.signal.offer.sdp.length, 15_000);

      for (const server of servers) await admin(server, "DELETE", "/admin/room?app=&room=call");
      assert.deepEqual(await Promise.all([ann.closed, ben.closed]), [4007, 4007]);

      const other = new Client(`${url}metrics`);
      assert.equal(await other.opened, 404);
    },
  );

  test(`${proxy.name}: the client's address counts, whatever it claims`, options, async (t) => {
    const settings = [`--limits-connections-per-address=${MOST}`];
    const { url } = await startBoth(t, proxy, { settings });
    const room = "a1";
    const clients = Array.from({ length: MOST }, () => new Client(url, { room, from: "127.0.0.2" }));
    for (const client of clients) assert.equal(await client.opened, "open");
    const claims = [undefined, "127.0.0.9", "127.0.0.9, 127.0.0.1", "127.0.0.1", "nonsense"];
    for (const claim of claims) {
      const headers = claim && { "x-forwarded-for": claim };
      assert.equal(await new Client(url, { room, headers, from: "127.0.0.2" }).opened, 429, claim);
    }
    const stranger = new Client(url, { room, from: "127.0.0.3" });
    assert.equal(await stranger.opened, "open");
    for (const client of [...clients, stranger]) client.close();
  });

  test(
    `${proxy.name}: a room is at one server, rooms are at both, and those of a lost server wait for it`,
    options,
    async (t) => {
      const { servers, url } = await startBoth(t, proxy);
      const clients = await Promise.all(
        ROOMS.flatMap((room) => ["ann", "ben"].map((user) => enter(url, room, user))),
      );
      const [one, two] = await Promise.all(servers.map(roomsOf));
      for (const room of ROOMS) assert.deepEqual([one.get(room), two.get(room)].filter(Boolean), [2], room);
      assert.ok(
        one.size >= 8 && two.size >= 8,
        `${one.size} rooms at one server and ${two.size} at the other`,
      );

      await servers[0].kill();
      await Promise.all(clients.filter(({ room }) => one.has(room)).map(({ client }) => client.closed));
      assert.ok(clients.filter(({ room }) => two.has(room)).every(({ client }) => client.isOpen));
      const [lost] = one.keys();
      const early = new Client(url, { room: hash(lost) });
      assert.ok([502, 503].includes(await early.opened), await early.opened);
      await servers[0].start();
      const back = [...one.keys()].flatMap((room) => ["ann", "ben"].map((user) => enter(url, room, user)));
      clients.push(...(await Promise.all(back)));
      assert.deepEqual(
        [await roomsOf(servers[0]), await roomsOf(servers[1])].map(sorted),
        [one, two].map(sorted),
      );
      for (const { client } of clients) client.close();
    },
  );

  test(`${proxy.name}: when a server is added, only those rooms move that it takes`, options, async (t) => {
    const { servers, url } = await startBoth(t, proxy);
    const clients = [];
    for (const room of ROOMS) clients.push(await enter(url, room, "ann"));
    const third = await startServer({ settings: flags([]) });
    t.after(() => third.kill());
    const edits = [proxy.more(`127.0.0.1:${third.port}`)];
    const wider = await startProxy(
      t,
      proxy,
      servers.map(({ port }) => port),
      edits,
    );
    for (const room of ROOMS) clients.push(await enter(wider, room, "ben"));
    const counts = await Promise.all([...servers, third].map(roomsOf));
    const moved = ROOMS.filter((room) => counts[2].has(room));
    assert.ok(moved.length >= 5 && moved.length <= 25, `${moved.length} rooms moved`);
    for (const room of ROOMS) {
      const there = counts.map((of) => of.get(room) ?? 0);
      assert.deepEqual(there.toSorted(), moved.includes(room) ? [0, 1, 1] : [0, 0, 2], `${room}: ${there}`);
    }
    for (const { client } of clients) client.close();
  });

  test(`${proxy.name}: clients whose address has no room are all at one server`, options, async (t) => {
    const { servers, url } = await startBoth(t, proxy);
    const clients = Array.from(
      { length: 8 },
      (_, number) => new Client(url, { from: `127.0.2.${number + 1}` }),
    );
    for (const [number, client] of clients.entries()) await client.join("call", `user-${number}`);
    const counts = (await Promise.all(servers.map(roomsOf))).map((of) => of.get("call"));
    assert.deepEqual(counts.filter(Boolean), [8]);
    for (const client of clients) client.close();
  });

  // Caddy has no time limit for WebSockets.
  if (!proxy.idle) continue;
  // A minute in the file, and a ping after six seconds; three seconds and one here.
  test(`${proxy.name}: the server's pings keep a silent client's connection open`, options, async (t) => {
    const edits = [[proxy.idle, proxy.idle.replace("60s", "3s")]];
    const start = (silence) => startBoth(t, proxy, { edits, settings: [`--limits-silence-ms=${silence}`] });
    const [often, seldom] = await Promise.all([start(2_000), start(20_000)]);
    const kept = new Client(often.url, { room: "a1" });
    const lost = new Client(seldom.url, { room: "a1" });
    await Promise.all([kept.join("call", "ann"), lost.join("call", "ann")]);
    assert.equal(await lost.closed, 1006, "the time limit of the proxy counts");
    await new Promise((done) => setTimeout(done, 4_000));
    assert.ok(kept.isOpen);
    kept.close();
  });
}
