// A proxy with a file of deploy/ as its configuration, in front of real servers on the loopback.

import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "../harness.mjs";
import { freePort } from "./server.mjs";

/** The addresses of the servers in deploy/. */
const SERVERS = ["10.0.0.11:8080", "10.0.0.12:8080"];

/**
 * What is the same in all of them: `edit` puts the test's port, certificate and `folder` in place of
 * those in the file, and `command` runs the result. `more` adds a server, and `idle` is the time limit of a
 * silent connection.
 */
export const PROXIES = [
  {
    name: "nginx",
    file: "nginx.conf",
    program: find("nginx"),
    edit: (text, { port, folder, certificate }) =>
      [
        `daemon off; error_log stderr; pid ${folder}/pid;`,
        `events {} http { access_log off;`,
        ...["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
          (kind) => `${kind}_temp_path ${folder}/${kind};`,
        ),
        replace(text, [
          ["listen 443 ssl", `listen 127.0.0.1:${port} ssl`],
          ["/etc/tls/fullchain.pem", certificate.chain],
          ["/etc/tls/key.pem", certificate.key],
        ]),
        `}`,
      ].join("\n"),
    command: (program, file) => [program, ["-c", file, "-e", "stderr"]],
    idle: "proxy_read_timeout 60s",
    more: (address) => [
      "    server 10.0.0.12:8080 max_fails=0;\n",
      `    server 10.0.0.12:8080 max_fails=0;\n    server ${address} max_fails=0;\n`,
    ],
  },
  {
    name: "Caddy",
    file: "Caddyfile",
    program: find("caddy"),
    edit: (text, { port, certificate }) =>
      replace(text, [
        [
          "call.example {",
          `{\n\tadmin off\n\tauto_https off\n}\nhttps://127.0.0.1:${port} {\n\ttls ${certificate.chain} ${certificate.key}`,
        ],
      ]),
    command: (program, file) => [program, ["run", "--config", file, "--adapter", "caddyfile"]],
    more: (address) => ["10.0.0.12:8080 {", `10.0.0.12:8080 ${address} {`],
  },
  {
    name: "HAProxy",
    file: "haproxy.cfg",
    program: find("haproxy"),
    edit: (text, { port, certificate }) =>
      replace(text, [
        ["bind :443 ssl crt /etc/tls/call.example.pem", `bind 127.0.0.1:${port} ssl crt ${certificate.both}`],
        // Who runs the tests need not be root.
        ["    user haproxy\n    group haproxy\n", ""],
        // The limit of open files of a test machine may be lower than what this needs.
        ["maxconn 100000", "maxconn 700"],
      ]),
    command: (program, file) => [program, ["-db", "-f", file]],
    idle: "timeout tunnel 60s",
    more: (address) => ["10.0.0.12:8080 id 2\n", `10.0.0.12:8080 id 2\n    server three ${address} id 3\n`],
  },
];

/** The path of a program, or nothing. */
export function find(name) {
  // Debian has some in sbin, which is not on the PATH of every user.
  const folders = [...(process.env.PATH ?? "").split(":"), "/usr/sbin"];
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** The text with each piece replaced. A piece that is not there is an error: the file has changed. */
function replace(text, pairs) {
  for (const [from, to] of pairs) {
    if (!text.includes(from)) throw new Error(`the file in deploy/ does not contain ${from}`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** A certificate of its own for 127.0.0.1, as files in a folder. */
export function certify(folder) {
  const [chain, key, both] = ["chain.pem", "key.pem", "both.pem"].map((name) => join(folder, name));
  const subject = [
    "-subj",
    "/CN=127.0.0.1",
    "-addext",
    "subjectAltName=IP:127.0.0.1",
    "-addext",
    "basicConstraints=critical,CA:FALSE",
  ];
  execFileSync(
    "openssl",
    [
      "req",
      "-x509",
      "-newkey",
      "ec",
      "-pkeyopt",
      "ec_paramgen_curve:P-256",
      "-nodes",
      "-days",
      "2",
      ...subject,
      "-keyout",
      key,
      "-out",
      chain,
    ],
    { stdio: "ignore" },
  );
  writeFileSync(both, readFileSync(chain, "utf8") + readFileSync(key, "utf8"));
  return { chain, key, both };
}

/**
 * Starts a proxy of `PROXIES` in front of two servers, until the test `t` ends.
 *
 * @param servers the ports of the servers
 * @param edits more pieces of the file to replace, as pairs
 * @returns the proxy's address for WebSockets
 */
export async function startProxy(t, proxy, servers, edits = []) {
  const folder = mkdtempSync(join(tmpdir(), "tt-rtc-proxy-"));
  mkdirSync(join(folder, "home"));
  const port = await freePort();
  const pairs = SERVERS.map((address, index) => [address, `127.0.0.1:${servers[index]}`]);
  const text = replace(readFileSync(join(root, "deploy", proxy.file), "utf8"), [...edits, ...pairs]);
  const file = join(folder, proxy.file);
  writeFileSync(file, proxy.edit(text, { port, folder, certificate: certify(folder) }));
  const [program, flags] = proxy.command(proxy.program, file);
  const env = { ...process.env, HOME: join(folder, "home"), XDG_DATA_HOME: join(folder, "home") };
  const child = spawn(program, flags, { env, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
  const ended = new Promise((done) => child.once("exit", done));
  let isRunning = true;
  child.once("exit", () => (isRunning = false));
  t.after(async () => {
    child.kill("SIGTERM");
    const last = setTimeout(() => child.kill("SIGKILL"), 3_000);
    await ended;
    clearTimeout(last);
    rmSync(folder, { recursive: true, force: true });
  });
  while (!(await accepts(port))) {
    if (!isRunning) throw new Error(`${proxy.name} did not start:\n${said}`);
    await new Promise((done) => setTimeout(done, 20));
  }
  return `wss://127.0.0.1:${port}/`;
}

function accepts(port) {
  return new Promise((done) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("error", () => done(false));
    socket.once("connect", () => {
      socket.destroy();
      done(true);
    });
  });
}
