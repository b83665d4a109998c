// The files of deploy/ that no proxy reads: they fit the server as it is.
//
// proxies.test.mjs has the proxies.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { root } from "./harness.mjs";
import { startServer } from "./network/server.mjs";

// The YAML parser that playwright-core contains.
const { yaml } = createRequire(import.meta.url)(
  join(root, "node_modules/playwright-core/lib/utilsBundle.js"),
);

const PROGRAM = process.env.TT_RTC_SERVER ?? join(root, "target/debug/tt-rtc-server");
const read = (path) => readFileSync(join(root, path), "utf8");
const page = read("docs/server.md");

/** The documents of a YAML file; keys that stand there twice are errors. */
function documents(path) {
  return yaml.parseAllDocuments(read(path)).map((document) => {
    assert.deepEqual(document.errors.map(String), [], path);
    return document.toJS();
  });
}

/** Runs the server with a configuration of deploy/ at an address of the loopback, until the test ends. */
async function serve(t, flags, env) {
  const at = (port) => [`--listen=127.0.0.1:${port}`, `--operations=127.0.0.1:${port}`];
  const command = (port) => [PROGRAM, ["serve", ...flags, ...at(port)]];
  const server = await startServer({ program: { name: "tt-rtc-server", command, ready: "/ready", env } });
  t.after(() => server.kill());
  return server;
}

const ask = ({ port }, path, options) => fetch(`http://127.0.0.1:${port}${path}`, options);

test("each YAML file can be read", () => {
  const folders = ["deploy/kubernetes", "deploy/prometheus", ".github/workflows"];
  const files = folders.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => join(folder, name)),
  );
  const texts = files.filter((name) => /\.ya?ml$/.test(name));
  assert.ok(texts.length >= 7, texts.join());
  for (const file of texts)
    for (const document of documents(file)) assert.equal(typeof document, "object", file);
});

test("Kubernetes: the settings start the server, and its probes are answered", async (t) => {
  const all = documents("deploy/kubernetes/server.yaml");
  const of = (kind) => all.find((document) => document.kind === kind);
  const { spec } = of("Deployment").spec.template;
  const [container] = spec.containers;
  const secrets = join(root, "deploy/kubernetes/secrets.example.toml");
  const [command, config] = container.args;
  assert.deepEqual([command, config], ["serve", "--config=/etc/tt-rtc-server/secrets.toml"]);
  const server = await serve(t, [`--config=${secrets}`], of("ConfigMap").data);
  for (const probe of [container.livenessProbe, container.readinessProbe]) {
    assert.equal(probe.httpGet.port, "websocket");
    assert.equal((await ask(server, probe.httpGet.path)).status, 200);
  }
  const headers = { authorization: "Bearer REPLACE-with-a-long-random-text" };
  assert.equal((await ask(server, "/admin/rooms", { headers })).status, 200, "the secrets are read");

  const ports = Object.fromEntries(container.ports.map(({ name, containerPort }) => [name, containerPort]));
  const { data } = of("ConfigMap");
  assert.equal(data.TT_RTC_SERVER_LISTEN, `0.0.0.0:${ports.websocket}`);
  assert.equal(data.TT_RTC_SERVER_OPERATIONS, `0.0.0.0:${ports.operations}`);
  assert.equal(spec.containers[0].envFrom[0].configMapRef.name, of("ConfigMap").metadata.name);
  assert.equal(of("Service").spec.ports[0].targetPort, "websocket");
  assert.notEqual(of("Service").metadata.name, "tt-rtc-server", "its variables would look like settings");
  const labels = of("Deployment").spec.template.metadata.labels;
  for (const selector of [of("Service").spec.selector, of("PodDisruptionBudget").spec.selector.matchLabels]) {
    assert.deepEqual(selector, labels);
  }
  const [ingress] = documents("deploy/kubernetes/ingress.yaml");
  assert.equal(ingress.spec.rules[0].http.paths[0].backend.service.name, of("Service").metadata.name);
});

test("systemd: the configuration starts the server, with its secrets in force", async (t) => {
  const server = await serve(t, [`--config=${join(root, "deploy/systemd/server.toml")}`, "--log-level=warn"]);
  assert.equal((await ask(server, "/admin/rooms")).status, 401);
  const headers = { authorization: "Bearer REPLACE-with-a-long-random-text" };
  assert.equal((await ask(server, "/admin/rooms", { headers })).status, 200);
});

const analyze = spawnSync("systemd-analyze", ["--version"]).status === 0;
test(
  "systemd: the units are right, and leave the process little",
  { skip: !analyze && "systemd-analyze is not installed" },
  (t) => {
    const folder = mkdtempSync(join(tmpdir(), "tt-rtc-unit-"));
    t.after(() => rmSync(folder, { recursive: true }));
    const unit = join(folder, "tt-rtc-server.service");
    const text = read("deploy/systemd/tt-rtc-server.service");
    assert.ok(text.includes("ExecStart=/usr/local/bin/tt-rtc-server serve "));
    writeFileSync(unit, text.replace("/usr/local/bin/tt-rtc-server", PROGRAM));
    const socket = join(folder, "tt-rtc-server.socket");
    writeFileSync(socket, read("deploy/systemd/tt-rtc-server.socket"));
    const { status, stderr } = spawnSync("systemd-analyze", ["verify", unit, socket], { encoding: "utf8" });
    assert.deepEqual([status, stderr], [0, ""]);
    const security = spawnSync("systemd-analyze", ["security", "--offline=true", unit], { encoding: "utf8" });
    const level = /exposure level for \S+: ([0-9.]+)/.exec(security.stdout);
    // Older ones cannot do it without a running systemd.
    if (level) assert.ok(Number(level[1]) < 2, security.stdout);
  },
);

test("Prometheus and Grafana ask for metrics that there are", async (t) => {
  const server = await serve(t, ["--log-level=error"]);
  const metrics = await (await ask(server, "/metrics")).text();
  const [{ groups }] = documents("deploy/prometheus/alerts.yml");
  const alerts = groups.flatMap(({ rules }) => rules.map(({ expr }) => expr));
  const dashboard = JSON.parse(read("deploy/grafana/tt-rtc-server.json"));
  const panels = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  assert.ok(alerts.length >= 8 && panels.length >= 10);
  // Families without a value are not in the output yet; the page has them.
  const isKnown = (name) =>
    metrics.includes(`\n${name} `) || metrics.includes(`\n${name}{`) || page.includes(`\`${name}`);
  for (const expression of [...alerts, ...panels]) {
    const names = expression.match(/\btt_rtc_\w+/g) ?? [];
    assert.ok(names.length > 0 || expression.includes("up{"), expression);
    for (const name of names) assert.ok(isKnown(name), `${name} in ${expression}`);
    for (const [, value] of expression.matchAll(/\b(?:code|reason|result)!?=~?"([^"]*)"/g)) {
      for (const one of value.split("|")) assert.ok(page.includes(`\`${one}\``), `${one} in ${expression}`);
    }
  }
});

const promtool = spawnSync("promtool", ["--version"]).status === 0;
test("Prometheus: each trouble raises its alert", { skip: !promtool && "promtool is not installed" }, () => {
  execFileSync("promtool", ["test", "rules", "alerts.test.yml"], { cwd: join(root, "deploy/prometheus") });
});

test("the image is made of what is there, with the compiler of the project", async (t) => {
  const lines = read("deploy/Dockerfile").split("\n");
  const [, toolchain] = /^channel = "(.*)"/m.exec(read("rust-toolchain.toml"));
  assert.ok(lines.some((line) => line.startsWith(`FROM rust:${toolchain}-`)));
  assert.ok(lines.includes(`ENV RUSTUP_TOOLCHAIN=${toolchain}`));
  assert.ok(lines.includes("RUN cargo build --locked --release --package tt-rtc-server"));
  assert.ok(lines.some((line) => line.startsWith("COPY --from=build /src/target/release/tt-rtc-server ")));
  const copied = lines
    .filter((line) => /^COPY (?!--from)/.test(line))
    .flatMap((line) => line.split(" ").slice(1, -1));
  for (const path of copied) assert.ok(existsSync(join(root, path)), path);
  assert.match(lines.filter((line) => line.startsWith("USER ")).at(-1), /^USER [1-9]\d*:[1-9]\d*$/);
  // What it starts with, as the page says: closed without a key.
  const settings = lines
    .filter((line) => /^ENV TT_RTC_SERVER_/.test(line))
    .map((line) => line.slice(4).split("="));
  const env = Object.fromEntries(settings);
  assert.equal(env.TT_RTC_SERVER_LISTEN, "0.0.0.0:8080");
  const closed = spawnSync(PROGRAM, ["serve"], {
    env: { ...process.env, ...env },
    encoding: "utf8",
    timeout: 5_000,
  });
  assert.equal(closed.status, 1, closed.stderr);
  await serve(t, [], { ...env, TT_RTC_SERVER_APPS: "0123456789abcdef01234567=key" });
});
