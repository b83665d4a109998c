// The package where web developers put it: packed as for npm, imported by bundlers and frameworks without a word
// of configuration, and opened in Chromium. A call of two works in each.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { cp, mkdir, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { join } from "node:path";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { untilItMoves } from "../../crates/simulator/npm/lib/phone.js";
import { emptyFolder, serveFolder, start, withUniShadow } from "../e2e/harness.mjs";

const run = promisify(execFile);
const { resolve } = createRequire(import.meta.url);
const here = fileURLToPath(new URL("./", import.meta.url));
const pkg = fileURLToPath(new URL("../../pkg", import.meta.url));
/** The package as npm installs it, beside the bundlers. */
const packed = join(here, "node_modules/tt-rtc");
/** As a terminal has it: bundlers that run in this process say in it what they build for. */
const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
/** How long a program may take, in milliseconds. */
const timeout = 180_000;

let tarball;

before(async () => {
  const folder = await emptyFolder();
  const { stdout } = await run("npm", ["pack", pkg, "--json", "--pack-destination", folder]);
  tarball = join(folder, JSON.parse(stdout)[0].filename);
  await run("tar", ["-xzf", tarball, "-C", folder]);
  await rm(packed, { recursive: true, force: true });
  await cp(join(folder, "package"), packed, { recursive: true });
});

/** Opens two tabs at the address that `serve` gives, and waits until each sees the other. */
async function call(t, serve) {
  // The browser first: it is closed before the server then.
  const { context } = await start(t);
  await withUniShadow(context);
  const url = await serve();
  const users = ["alice", "bob"];
  const pages = await Promise.all(users.map(() => context.newPage()));
  await Promise.all(pages.map((page, index) => page.goto(`${url}?me=${users[index]}`)));
  for (const page of pages)
    for (const user of users) await page.locator(`rtc-room[user-id="${user}"] video`).evaluate(untilItMoves);
}

/** Builds with a function that is given a folder; a call of two works in what is there then, and nothing is missing. */
async function buildAndCall(t, build, base = "/") {
  const folder = await emptyFolder();
  await build(join(folder, base));
  let missing;
  await call(t, async () => {
    const server = await serveFolder(t, folder);
    ({ missing } = server);
    return server.url + base;
  });
  assert.deepEqual(missing, []);
}

/** The page of `web`, with another script. */
async function writePage(folder, script) {
  const html = await readFile(join(here, "web/index.html"), "utf8");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "index.html"),
    html.replace(/<script.*<\/script>/, () => script),
  );
}

/** Runs a program of an installed package to its end. */
async function tool(program, args, cwd = here, more = {}) {
  try {
    await run(process.execPath, [resolve(program), ...args], { cwd, env: { ...env, ...more }, timeout });
  } catch (error) {
    throw new Error(`${program} ${args.join(" ")}:\n${error.stdout}${error.stderr}`, { cause: error });
  }
}

/** Starts a server of an installed package; waits until it answers. */
async function served(t, program, args, cwd = here) {
  const port = await freePort();
  const child = spawn(process.execPath, [resolve(program), ...args, "--port", String(port)], {
    cwd,
    env,
    detached: true,
  });
  // With what it started.
  t.after(() => child.pid && process.kill(-child.pid, "SIGKILL"));
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (printed += data));
  const url = `http://127.0.0.1:${port}/`;
  for (const late = performance.now() + timeout; ; await new Promise((done) => setTimeout(done, 100))) {
    const isThere = await fetch(url).then(({ ok }) => ok, () => false); // prettier-ignore
    if (isThere) return url;
    if (child.exitCode !== null || performance.now() > late) throw new Error(printed);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

/** Files of `web` as they are, and where the name `tt-rtc` leads. */
async function writeWithImportMap(folder, library) {
  await cp(join(here, "web"), folder, { recursive: true });
  const map = JSON.stringify({ imports: { "tt-rtc": library } });
  await writePage(
    folder,
    `<script type="importmap">${map}</script><script type="module" src="main.js"></script>`,
  );
}

test("no bundler: modules and an import map", (t) =>
  buildAndCall(t, async (folder) => {
    await writeWithImportMap(folder, "./tt-rtc/index.js");
    await cp(packed, join(folder, "tt-rtc"), { recursive: true });
  }));

test("no bundler: the package at another origin, as a CDN has it", (t) =>
  buildAndCall(t, async (folder) => {
    const { url } = await serveFolder(t, packed, { "access-control-allow-origin": "*" });
    await writeWithImportMap(folder, `${url}/index.js`);
  }));

test("no bundler: tt-rtc/slim, which takes the wasm that lies beside it", (t) =>
  buildAndCall(t, async (folder) => {
    await writeWithImportMap(folder, "./tt-rtc/slim.js");
    await cp(packed, join(folder, "tt-rtc"), { recursive: true });
  }));

/** Serves `root` by Vite in development. */
async function viteDev(t, vite, root) {
  const { createServer } = await import(vite);
  const server = await createServer({
    root,
    configFile: false,
    logLevel: "error",
    cacheDir: await emptyFolder(),
    server: { host: "127.0.0.1", port: await freePort() },
  });
  await server.listen();
  t.after(() => server.close());
  return `http://127.0.0.1:${server.httpServer.address().port}/`;
}

async function viteBuild(vite, root, outDir, { base = "/", plugins = [] } = {}) {
  const { build } = await import(vite);
  await build({
    root,
    base,
    plugins,
    configFile: false,
    logLevel: "error",
    build: { outDir, emptyOutDir: true },
  });
}

for (const [name, vite] of [
  ["Vite 5", "vite5"],
  ["Vite 6", "vite6"],
  ["Vite 7", "vite7"],
  ["Vite 8", "vite"],
]) {
  const web = join(here, "web");
  test(`${name}: development`, (t) => call(t, () => viteDev(t, vite, web)));
  test(`${name}: development, with a linked package`, (t) =>
    call(t, async () => {
      // As `npm install path/to/pkg` links it.
      const root = await emptyFolder();
      await cp(web, root, { recursive: true });
      await mkdir(join(root, "node_modules"));
      await symlink(pkg, join(root, "node_modules/tt-rtc"), "junction");
      return viteDev(t, vite, root);
    }));
  test(`${name}: a build`, (t) => buildAndCall(t, (folder) => viteBuild(vite, web, folder)));
  test(`${name}: a build for a path below the root`, (t) =>
    buildAndCall(t, (folder) => viteBuild(vite, web, folder, { base: "/below/" }), "/below/"));
}

for (const mode of ["development", "production"]) {
  test(`webpack: ${mode}`, (t) =>
    buildAndCall(t, async (folder) => {
      const { default: webpack } = await import("webpack");
      const stats = await promisify(webpack)({
        mode,
        context: here,
        entry: "./web/main.js",
        output: { path: folder },
      });
      assert.equal(stats.hasErrors(), false, String(stats));
      await writePage(folder, '<script defer src="main.js"></script>');
    }));
}

for (const format of ["es", "iife"]) {
  test(`Rollup: ${format}`, (t) =>
    buildAndCall(t, async (folder) => {
      const { rollup } = await import("rollup");
      const { nodeResolve } = await import("@rollup/plugin-node-resolve");
      const warnings = [];
      const onwarn = ({ message }) => warnings.push(message);
      const bundle = await rollup({ input: join(here, "web/main.js"), plugins: [nodeResolve()], onwarn });
      await bundle.write({ dir: folder, format, inlineDynamicImports: format === "iife" });
      assert.deepEqual(warnings, []);
      await writePage(
        folder,
        `<script ${format === "es" ? 'type="module"' : "defer"} src="main.js"></script>`,
      );
    }));
}

for (const [name, options] of [
  ["a module", { format: "esm" }],
  ["modules, split", { format: "esm", splitting: true }],
  ["a script", { format: "iife" }],
]) {
  test(`esbuild: ${name}`, (t) =>
    buildAndCall(t, async (folder) => {
      const { build } = await import("esbuild");
      const entryPoints = [join(here, "web/main.js")];
      const { warnings } = await build({
        ...options,
        entryPoints,
        outdir: folder,
        bundle: true,
        minify: true,
      });
      assert.deepEqual(warnings, []);
      const isModule = options.format === "esm";
      await writePage(folder, `<script ${isModule ? 'type="module"' : "defer"} src="main.js"></script>`);
    }));
}

test("Parcel: a build", (t) =>
  buildAndCall(t, async (folder) => {
    const cache = await emptyFolder();
    await tool("parcel/lib/bin.js", ["build", "web/index.html", "--dist-dir", folder, "--cache-dir", cache]);
  }));

test("Parcel: development", (t) =>
  call(t, async () => {
    const [folder, cache] = [await emptyFolder(), await emptyFolder()];
    return served(t, "parcel/lib/bin.js", [
      "serve",
      "web/index.html",
      "--dist-dir",
      folder,
      "--cache-dir",
      cache,
      "--no-hmr",
    ]);
  }));

for (const [name, plugins] of [
  ["React", async () => [(await import("@vitejs/plugin-react")).default()]],
  ["Preact", async () => []],
  ["Vue", async () => [(await import("@vitejs/plugin-vue")).default()]],
  ["Svelte", async () => [(await import("@sveltejs/vite-plugin-svelte")).svelte({ configFile: false })]],
]) {
  test(`${name}: a call in a page of it`, (t) =>
    buildAndCall(t, async (folder) =>
      viteBuild("vite", join(here, name.toLowerCase()), folder, { plugins: await plugins() }),
    ));
}

for (const name of ["web.md", "web.zh-CN.md"]) {
  test(`React: the component of docs/${name}`, (t) =>
    buildAndCall(t, async (folder) => {
      const [, component] = /^```tsx\n(.*?)^```/ms.exec(
        await readFile(join(here, "../../docs", name), "utf8"),
      );
      const project = join(here, ".docs");
      await cp(join(here, "react"), project, { recursive: true });
      await writeFile(join(project, "Call.tsx"), component);
      await writeFile(
        join(project, "main.tsx"),
        `import { createRoot } from "react-dom/client";
        import { Call } from "./Call";
        const me = new URLSearchParams(location.search).get("me")!;
        createRoot(document.getElementById("app")!).render(<Call room="room" me={me} />);`,
      );
      await tool("typescript/bin/tsc", ["--project", project]);
      await viteBuild("vite", project, folder);
    }));
}

test("<rtc-room> has types in React", () => tool("typescript/bin/tsc", ["--project", "react"]));
test("<rtc-room> has types in Preact", () => tool("typescript/bin/tsc", ["--project", "preact"]));
test("<rtc-room> has types in Vue", () => tool("vue-tsc/bin/vue-tsc.js", ["--project", "vue"]));
test("<rtc-room> has types in Svelte", () =>
  tool("svelte-check/bin/svelte-check", ["--workspace", "svelte", "--fail-on-warnings"]));
test("the package has types in a project without any framework", () =>
  tool("typescript/bin/tsc", ["--project", "."]));

for (const bundler of ["turbopack", "webpack"]) {
  test(`Next with ${bundler}: a build, and pages that the server renders`, (t) =>
    call(t, async () => {
      const root = join(here, "next");
      await rm(join(root, ".next"), { recursive: true, force: true });
      await tool("next/dist/bin/next", ["build", `--${bundler}`], root);
      return served(t, "next/dist/bin/next", ["start", "--hostname", "127.0.0.1"], root);
    }));
}

/**
 * A project of this folder, with the package and the compiler of an example, which has other versions of frameworks and
 * bundlers than the projects here.
 */
async function projectWith(example, name) {
  const compiler = join(here, "../../examples/frameworks", example, "node_modules");
  const project = await emptyFolder();
  await cp(join(here, name), project, { recursive: true });
  await cp(join(here, "web/call.js"), join(project, "src/call.js"));
  const modules = join(project, "node_modules");
  await mkdir(modules);
  const names = (await readdir(compiler)).filter((name) => !name.startsWith("."));
  for (const name of names) await symlink(join(compiler, name), join(modules, name), "junction");
  await symlink(packed, join(modules, "tt-rtc"), "junction");
  return { project, compiler };
}

test("uni-app for H5: a build", (t) =>
  buildAndCall(t, async (folder) => {
    const { project, compiler } = await projectWith("uni-vue3", "uni");
    const uni = join(compiler, "@dcloudio/vite-plugin-uni/bin/uni.js");
    await tool(uni, ["build", "-p", "h5"], project, { UNI_OUTPUT_DIR: folder, NODE_ENV: "production" });
  }));

test("Taro for H5: a build", (t) =>
  buildAndCall(t, async (folder) => {
    const { project, compiler } = await projectWith("taro", "taro");
    const taro = join(compiler, "@tarojs/cli/bin/taro");
    await tool(taro, ["build", "--type", "h5"], project, { NODE_ENV: "production" });
    await cp(join(project, "dist"), folder, { recursive: true });
  }));

test("Node: the library can be imported and loaded", async () => {
  const script = 'import init, { version } from "tt-rtc"; await init(); console.log(version);';
  const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], { cwd: here });
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
});

test("publint has nothing to say", async () => {
  const { publint } = await import("publint");
  const { messages } = await publint({ pkgDir: packed, pack: false });
  assert.deepEqual(messages, []);
});

test("Are the types wrong? has nothing to say of a package that is ES modules only", async () => {
  const { checkPackage, createPackageFromTarballData } = await import("@arethetypeswrong/core");
  const { problems } = await checkPackage(createPackageFromTarballData(await readFile(tarball)));
  const ofCommonJs = ["node10", "node16-cjs"];
  assert.deepEqual(
    problems.filter(({ resolutionKind }) => !ofCommonJs.includes(resolutionKind)),
    [],
  );
});
