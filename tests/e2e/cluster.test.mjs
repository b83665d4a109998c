// Several servers behind HAProxy, with the leases of their rooms in Redis. Servers are lost, added and
// shut down, and Redis is away for a while: the members of each room are together again, and nobody's
// pictures stop.

import assert from "node:assert/strict";
import { test } from "node:test";

import WebSocket from "ws";

import { PROXIES, startProxy } from "./network/proxy.mjs";
import { REDIS, startRedis } from "./network/redis.mjs";
import { now, pause, startScene } from "./network/scene.mjs";
import {
  ADMINISTERED,
  freePort,
  hash,
  joinMessage,
  newSecret,
  roomsOf,
  startServer,
} from "./network/server.mjs";

const ROOMS = 200;
/** Long enough for everything, on a slow machine too. */
const TIMEOUT = 30_000;
/** How long a server keeps a room at least; servers come and go with longer pauses. */
const KEEP = 5_500;
/** How long the server keeps a session without a connection, and a little more. */
const LEAVE = 13_000;

const haproxy = PROXIES.find(({ name }) => name === "HAProxy");
const missing = [haproxy.program ? [] : "HAProxy", REDIS ? [] : "redis-server"].flat();
const skip =
  process.platform !== "linux"
    ? "clients need addresses of their own, as on Linux"
    : missing.length > 0 &&
      `${missing.join(" and ")}: not installed; \`cargo xtask setup\` does it on Debian`;

/** The lines of haproxy.cfg for servers with leases. */
const LEASES = [
  ["    retries 0\n", ""],
  ...["option httpchk", "default-server check", "retries 2", "option redispatch"].map((line) => [
    `    #${line}`,
    `    ${line}`,
  ]),
];

/** Two servers that run, a third one that does not yet, HAProxy and Redis. */
async function startCluster(t, { tls } = {}) {
  const redis = await startRedis(t, { tls });
  const settings = [`--cluster-redis=${redis.url}`, "--trusted-proxies=127.0.0.1", ...ADMINISTERED];
  const start = async (port) => {
    const server = await startServer({ port, settings, env: { SSL_CERT_FILE: redis.certificate } });
    t.after(() => server.kill());
    return server;
  };
  const [one, two] = await Promise.all([start(), start()]);
  const port = await freePort();
  const third = haproxy.more(`127.0.0.1:${port}`);
  const url = await startProxy(t, haproxy, [one.port, two.port], [...LEASES, third]);
  return { redis, one, two, third: () => start(port), url };
}

/** A member of a room, which comes back by itself as the library does, and sends to all it knows of. */
class Member {
  #socket;
  #timer;
  #failures = 0;
  #ended = false;
  #secret = newSecret();
  #joinedAt;
  #lostAt;
  /** The sessions of the others. */
  #others = new Set();
  /** When the last signal was sent that came from each. */
  heard = new Map();
  /** How often it was welcomed. */
  joins = 0;
  /** The time from the last end of a connection to the next welcome. */
  away = 0;
  /** The codes that its connections were closed with. */
  codes = [];

  constructor(url, number, user) {
    this.room = `room_${number}`;
    this.url = `${url}?room=${hash(this.room)}`;
    Object.assign(this, { number, user, address: `127.0.${1 + (number >> 7)}.${1 + (number & 127)}` });
    this.#timer = setInterval(() => this.#tell(), 400);
    this.#connect();
  }

  #connect() {
    const socket = new WebSocket(this.url, { localAddress: this.address, rejectUnauthorized: false });
    this.#socket = socket;
    socket.on("open", () =>
      socket.send(joinMessage(this.room, this.user, this.#secret, { joinedAt: this.#joinedAt })),
    );
    socket.on("message", (data) => this.#handle(JSON.parse(data)));
    socket.on("error", () => {});
    socket.on("close", (code) => {
      if (this.#ended) return;
      this.codes.push(code);
      this.#lostAt ??= now();
      const backoff =
        this.#failures === 0 ? 0 : Math.min(250 * 2 ** (this.#failures - 1), 4_000) * (1 - Math.random() / 2);
      this.#failures += 1;
      setTimeout(
        () => this.#ended || this.#connect(),
        Math.max(backoff, code === 1012 ? Math.random() * 500 : 0),
      );
    });
  }

  #handle({ welcome, members, left, removed, signal }) {
    assert.equal(removed, undefined, `${this.user} was removed from room ${this.number}`);
    if (welcome) {
      this.#failures = 0;
      this.joins += 1;
      this.away = now() - (this.#lostAt ?? now());
      this.#lostAt = undefined;
      this.#joinedAt = welcome.joinedAt;
      this.#others = new Set(welcome.members.map(({ session }) => session));
    }
    for (const { session } of members ?? []) this.#others.add(session);
    for (const session of left ?? []) this.#others.delete(session);
    if (signal) this.heard.set(signal.from, Number(signal.envelope.signal.answer));
  }

  #tell() {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    for (const to of this.#others) {
      const envelope = { generation: 1, ack: 0, seq: 1, signal: { answer: String(now()) } };
      this.#socket.send(JSON.stringify({ signal: { to, envelope } }));
    }
  }

  end() {
    this.#ended = true;
    clearInterval(this.#timer);
    this.#socket.terminate();
  }
}

/** Waits until in each room each member has heard each other one after `since`; how long that took. */
async function together(rooms, since) {
  const areTogether = (members) =>
    members.every(
      ({ heard }) => [...heard.values()].filter((at) => at > since).length === members.length - 1,
    );
  let apart = rooms;
  while ((apart = apart.filter((members) => !areTogether(members))).length > 0) {
    const [[{ number }]] = apart;
    assert.ok(
      now() < since + TIMEOUT,
      `the members of room ${number} and ${apart.length - 1} others are not together`,
    );
    await pause(20);
  }
  return Math.round(now() - since);
}

async function until(condition, ...members) {
  for (const since = now(); !(await condition()); await pause(20)) {
    const state = members.map(
      ({ user, joins, codes }) => `; ${user} joined ${joins} times, closed with ${codes}`,
    );
    assert.ok(now() < since + TIMEOUT, `${condition}${state.join("")}`);
  }
}

/** Each room is at one of the servers, with all its members. */
async function eachAtOne(servers, rooms) {
  const all = await Promise.all(servers.map(roomsOf));
  assert.deepEqual(
    all.flatMap((some) => [...some]).sort(),
    rooms.map((members) => [members[0].room, members.length]).sort(),
  );
  return all.map(({ size }) => size);
}

test(
  "200 rooms: a server is lost, one is added, one is shut down, Redis is away for half a minute",
  { skip, timeout: 300_000 },
  async (t) => {
    const { redis, one, two, third, url } = await startCluster(t);
    const rooms = Array.from({ length: ROOMS }, (_, number) =>
      ["ann", "ben"].map((user) => new Member(url, number, user)),
    );
    t.after(() => rooms.flat().forEach((member) => member.end()));
    const say = (what, time) => t.diagnostic(`${what}: together again within ${time} ms`);
    await together(rooms, now());
    const [first, second] = await eachAtOne([one, two], rooms);
    assert.ok(first > 50 && second > 50, `${first} and ${second}`);

    const lost = now();
    await one.kill();
    say("one is lost", await together(rooms, lost));
    await eachAtOne([two], rooms);
    await pause(KEEP);

    // Rooms move when somebody comes to the new server.
    const three = await third();
    await pause(2_000);
    const coming = rooms.map(async (room, index) => {
      await pause(index * 60);
      room.push(new Member(url, room[0].number, "cat"));
      return together([room], now());
    });
    say("another one is added", Math.max(...(await Promise.all(coming))));
    await pause(LEAVE);
    const [, moved] = await eachAtOne([two, three], rooms);
    assert.ok(moved > 50, `${moved} rooms moved`);

    const joins = () => rooms.flat().reduce((sum, { joins }) => sum + joins, 0);
    const before = joins();
    await redis.kill();
    await pause(5_000);
    // There are new rooms while it is away.
    rooms.push(["ann", "ben"].map((user) => new Member(url, ROOMS, user)));
    await pause(25_000);
    await together(rooms, now());
    await redis.start();
    await pause(3_000);
    await together(rooms, now());
    assert.equal(joins() - before, 2, "those of the new room have joined, and nobody else again");
    // Each room has a lease again.
    await until(async () => (await redis.ask("DBSIZE")) === `:${rooms.length}\r\n`);

    await pause(KEEP);
    const joined = joins();
    await two.stop();
    await together(rooms, now());
    assert.ok(joins() > joined);
    const away = rooms.flat().map(({ away }) => away);
    t.diagnostic(`one is shut down: its members are back within ${Math.round(Math.max(...away))} ms`);
    await eachAtOne([three], rooms);
  },
);

test(
  "who comes to another server than the others waits until it has the room, and gets in at the first move",
  { skip, timeout: 60_000 },
  async (t) => {
    const { one, two } = await startCluster(t, { tls: true });
    const join = (url, user) => Array.from({ length: 30 }, (_, number) => new Member(url, number, user));
    const anns = join(one.url, "ann");
    t.after(() => anns.forEach((ann) => ann.end()));
    await until(() => anns.every(({ joins }) => joins === 1), ...anns);
    // A server keeps a room for a while, so that it does not move all the time.
    const bens = join(two.url, "ben");
    t.after(() => bens.forEach((ben) => ben.end()));
    await until(() => bens.every(({ codes }) => codes.length > 0), ...bens);
    for (const { codes, joins } of bens) assert.deepEqual([codes[0], joins], [1012, 0]);
    assert.deepEqual(
      anns.flatMap(({ codes }) => codes),
      [],
    );
    // The first server gives the room to the one that waits, although its own members are back at once.
    await until(() => bens.every(({ joins }) => joins === 1), ...bens);
    for (const { codes, joins } of anns) assert.deepEqual([codes[0], joins], [1012, 1]);
  },
);

test(
  "the pictures of a call do not stop while its room moves from server to server",
  { skip, timeout: 180_000 },
  async (t) => {
    const { redis, one, two, url } = await startCluster(t);
    const scene = await startScene({ signaling: url, direct: true });
    t.after(() => scene.close());
    const has = async (server) => (await roomsOf(server)).size > 0;
    const servers = (await has(one)) ? [one, two] : [two, one];
    const start = now();
    for (const [index, end] of ["kill", "stop"].entries()) {
      const [from, to] = index === 0 ? servers : [...servers].reverse();
      await from[end]();
      for (const since = now(); !(await has(to)); await pause(50))
        assert.ok(now() < since + TIMEOUT, "no server has the room");
      await pause(2_000);
      await from.start();
      await pause(KEEP);
    }
    await redis.kill();
    await pause(5_000);
    await redis.start();
    await pause(2_000);
    for (const person of scene.people) {
      t.diagnostic(
        `${person.user} saw no frame for ${Math.round(await person.longestGap(start, now()))} ms at most`,
      );
      const lists = (await person.lists()).map(({ list }) => list);
      assert.deepEqual(lists.slice(lists.indexOf("alice bob")), ["alice bob"], `the lists of ${person.user}`);
      assert.equal(await person.connections(), 1, `the connections of ${person.user}`);
      assert.deepEqual(await person.page.evaluate(() => seen.interrupted), []);
    }
  },
);
