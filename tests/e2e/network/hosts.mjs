// Machines on networks of their own, for calls between them: each host is a Linux network
// namespace with its own addresses, routes and firewall, each segment a bridge that some of them
// are plugged into. Nothing of it touches the network of the machine that the test runs on.
//
//   const skip = await unavailable();
//   test("two machines in one network", { skip }, async (t) => {
//     const network = await startNetwork(t);
//     const home = await network.segment("192.168.1");
//     const [laptop, phone] = [await network.host(), await network.host()];
//     for (const host of [laptop, phone]) await host.plug(home);
//     const server = await laptop.start("some-server", [], { ready: /listening at (\S+)/ });
//     const browser = await phone.launch();
//
// All of it ends with the test: programs, browsers, namespaces and what is in them.

import { execFile, execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";

import { findChromium, launch, root } from "../harness.mjs";

/** How long a program may take until it is ready, in milliseconds. */
const READY = 30_000;

const run = async (program, ...args) => (await promisify(execFile)(program, args)).stdout;
const ip = (...args) => run("ip", ...args);

/** Begins the names of the namespaces of this process, and of no other. */
const PREFIX = `tt-rtc-${process.pid}-`;
let made = 0;
/** The namespaces and folders that are still there. */
const namespaces = new Set();
const folders = new Set();

// What a test leaves behind that never came to its end.
process.once("exit", () => {
  for (const name of namespaces) {
    try {
      end(execFileSync("ip", ["netns", "pids", name], { encoding: "utf8" }));
      execFileSync("ip", ["netns", "del", name]);
    } catch {
      // Gone already.
    }
  }
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(1));

/** Ends processes, given one to a line. */
function end(pids) {
  for (const pid of pids.split("\n").filter(Boolean)) {
    try {
      process.kill(Number(pid), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}

async function addNamespace() {
  made += 1;
  const name = `${PREFIX}${made}`;
  await ip("netns", "add", name);
  namespaces.add(name);
  await ip("-n", name, "link", "set", "lo", "up");
  return name;
}

async function deleteNamespace(name) {
  // Whatever runs in there was started there.
  end(await ip("netns", "pids", name));
  await ip("netns", "del", name);
  namespaces.delete(name);
}

/**
 * Why there can be no hosts here, for `skip` of a test; false where there can.
 *
 * @param options.nat whether routers with NAT are needed, too
 */
export async function unavailable({ nat = false } = {}) {
  if (process.platform !== "linux") return "network namespaces are a thing of Linux";
  if (process.getuid() !== 0) return "network namespaces are made by root only";
  let name;
  try {
    name = await addNamespace();
    await ip("-n", name, "link", "add", "bridge", "type", "bridge");
    await ip("-n", name, "link", "add", "one", "type", "veth", "peer", "name", "two");
    if (nat) await run("ip", "netns", "exec", name, "nft", firewall("two", { nat: "masquerade" }));
    return false;
  } catch (error) {
    const why = (error.stderr || error.message).trim().split("\n").at(-1);
    return `${nat ? "routers" : "network namespaces"} cannot be made here: ${why}`;
  } finally {
    if (namespaces.has(name)) await deleteNamespace(name);
  }
}

/** The rules of a router whose outer interface is `outside`: answers come in, nothing else does. */
const firewall = (outside, { nat, udp = true }) => `
  table inet router {
    chain input { type filter hook input priority 0; iifname "${outside}" drop; }
    chain forward {
      type filter hook forward priority 0;
      iifname "${outside}" ct state != { established, related } drop;
      ${udp ? "" : "meta l4proto udp drop;"}
    }
    chain out { type nat hook postrouting priority 100; oifname "${outside}" ${nat}; }
  }`;

/** Starts networks for one test, and ends them with it. */
export async function startNetwork(t) {
  const network = new Network();
  t.after(() => network.close());
  await network.open();
  return network;
}

class Network {
  #hosts = [];
  #segments = 0;

  async open() {
    /** For the files of its hosts. */
    this.folder = await mkdtemp(join(tmpdir(), "tt-rtc-hosts-"));
    folders.add(this.folder);
    /** Where the bridges are. */
    this.wires = await addNamespace();
  }

  /** A network of its own with addresses `PREFIX.1` to `PREFIX.254`. */
  async segment(prefix) {
    this.#segments += 1;
    const bridge = `bridge${this.#segments}`;
    await ip("-n", this.wires, "link", "add", bridge, "type", "bridge");
    await ip("-n", this.wires, "link", "set", bridge, "up");
    return { prefix, bridge, taken: 0 };
  }

  /** A machine, connected to nothing. */
  async host() {
    const host = new Host(this, await addNamespace());
    this.#hosts.push(host);
    return host;
  }

  /**
   * A segment behind a router, which stands for its hosts on the segment `outside`.
   *
   * @param options.nat `masquerade`, which keeps the port of a host where it can, so that hosts behind
   *   two such routers can find a way between them; or `masquerade fully-random`, which takes another
   *   port for each address that a host talks to, so that nobody else can be answered there
   * @param options.udp whether packets of UDP are let through
   */
  async home(prefix, outside, options) {
    const segment = await this.segment(prefix);
    const router = await this.host();
    segment.gateway = (await router.plug(segment)).address;
    const { device } = await router.plug(outside);
    await router.run("sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward");
    await router.run("nft", firewall(device, options));
    return segment;
  }

  async close() {
    for (const host of this.#hosts) await host.close();
    for (const { name } of this.#hosts) await deleteNamespace(name);
    if (this.wires !== undefined) await deleteNamespace(this.wires);
    await rm(this.folder, { recursive: true });
    folders.delete(this.folder);
  }
}

class Host {
  #network;
  #plugs = 0;
  #programs = [];
  #browsers = [];

  constructor(network, name) {
    this.#network = network;
    this.name = name;
  }

  /**
   * Puts a cable between this host and a segment, and goes by its router, if it has one, to
   * everywhere else; of several ways out, by the first that is still there.
   *
   * @returns `device` and `address` of the host's end
   */
  async plug(segment) {
    const { wires } = this.#network;
    segment.taken += 1;
    this.#plugs += 1;
    const address = `${segment.prefix}.${segment.taken}`;
    const device = `eth${this.#plugs - 1}`;
    const far = `${segment.bridge}p${segment.taken}`;
    await ip("-n", wires, "link", "add", far, "type", "veth", "peer", "name", device, "netns", this.name);
    await ip("-n", wires, "link", "set", far, "master", segment.bridge, "up");
    await ip("-n", this.name, "address", "add", `${address}/24`, "brd", "+", "dev", device);
    // Without the address that IPv6 gives itself, for whose sake browsers say after a second that
    // the network has changed.
    await ip("-n", this.name, "link", "set", device, "addrgenmode", "none", "up");
    if (segment.gateway !== undefined) {
      const route = ["default", "via", segment.gateway, "metric", `${this.#plugs}`];
      await ip("-n", this.name, "route", "add", ...route);
    }
    return { device, address };
  }

  /** Takes a cable out, with the addresses and routes that came by it. */
  async unplug(device) {
    await ip("-n", this.name, "link", "del", device);
  }

  /** Runs a program here to its end; what it printed. */
  run(program, ...args) {
    return run("ip", "netns", "exec", this.name, program, ...args);
  }

  /**
   * Starts a program here, and waits until it prints a line that fits `ready`.
   *
   * @returns `match`, of that line, and `lines`, what it has printed so far
   */
  async start(program, args, { ready }) {
    const child = spawn("ip", ["netns", "exec", this.name, program, ...args], {
      cwd: root,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise((done) => child.once("exit", done));
    this.#programs.push({ child, ended });
    const lines = [];
    const match = await new Promise((done, fail) => {
      const failed = (why) => fail(new Error(`${program} ${why}:\n${lines.join("\n")}`));
      const late = setTimeout(failed, READY, `is not ready after ${READY} ms`);
      child.once("close", (code) => failed(`ended with ${code}`));
      child.once("error", failed);
      const read = (line) => {
        lines.push(line);
        const match = ready.exec(line);
        if (match) done(match);
      };
      for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", read);
      child.once("exit", () => clearTimeout(late));
    });
    return { match, lines };
  }

  /** Launches a browser here, as `launch` of the harness does. */
  async launch(options) {
    const program = join(this.#network.folder, this.name);
    const chromium = findChromium().replaceAll("'", "'\\''");
    await writeFile(program, `#!/bin/sh\nexec ip netns exec ${this.name} '${chromium}' "$@"\n`, {
      mode: 0o755,
    });
    const browser = await launch({ ...options, program });
    this.#browsers.push(browser);
    return browser;
  }

  async close() {
    for (const browser of this.#browsers) await browser.close();
    for (const { child, ended } of this.#programs) {
      child.kill("SIGKILL");
      await ended;
    }
  }
}
