// `tt` of the simulator: every function of the platform's typings is called, and each group does
// what its documentation says. The phone around it is one that does what a test says
// (pages/tt-phone.ts); requests, mocks and the project's files are the development server's.

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { build } from "esbuild";

import { coverage } from "../../www/phone/tt/coverage-report.mjs";
import { root, start } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

const [phoneScript, callsScript] = await Promise.all(
  ["tt-phone", "tt-calls"].map(async (name) => {
    const built = await build({
      entryPoints: [`${root}tests/e2e/pages/${name}.ts`],
      bundle: true,
      write: false,
      format: "esm",
      target: "es2022",
    });
    return built.outputFiles[0].text;
  }),
);

/** A web server that says what it was asked, and answers by path. */
async function loopback(t) {
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/bytes") return response.setHeader("content-type", "image/png").end(Buffer.from([1, 2, 3, 250]));
    if (pathname === "/text") return response.end("not json");
    if (pathname === "/slow") return;
    if (pathname === "/missing") return response.writeHead(404).end(JSON.stringify({ error: "none" }));
    response.setHeader("x-answer", "yes");
    response.end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body: body.toString("latin1") }));
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${server.address().port}`;
}

/** A server of the simulator over an empty project with some files, and phones on pages of it. */
async function phones(t, { mocks = [], ...options } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "tt-api-"));
  t.after(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "data"));
  await writeFile(join(folder, "app.json"), JSON.stringify({ pages: [] }));
  await writeFile(join(folder, "data", "words.json"), `{"hello":"你好"}`);
  await writeFile(join(folder, "data", "twice.js"), "module.exports = (value) => value * 2;");
  await writeFile(
    join(folder, "worker.js"),
    `const twice = require("./data/twice"); worker.onMessage((value) => worker.postMessage(twice(value)));`,
  );
  await writeFile(join(folder, "mock.json"), JSON.stringify(mocks));
  const simulator = await simulate(t, folder, "--mock", join(folder, "mock.json"));
  const browser = await start(t, { view: { viewport: { width: 390, height: 844 } }, ...options });
  const phone = async (id = "1", page = undefined) => {
    page ??= await browser.context.newPage();
    await page.goto(`${simulator.url}settings.json?id=${id}`);
    await page.setContent("<!doctype html><body>");
    for (const content of [phoneScript, callsScript]) await page.addScriptTag({ type: "module", content });
    await page.waitForFunction(() => globalThis.tt && globalThis.callAll);
    return page;
  };
  return { phone, url: simulator.url, ...browser };
}

test("every function of the typings works, or fails and says why", async (t) => {
  const web = await loopback(t);
  const { phone, errors } = await phones(t);
  const page = await phone();
  const table = await coverage();
  assert.equal(table.length, 193);
  const outcomes = await page.evaluate(
    ([names, web]) => callAll(names, `${web}/echo`, "ws://127.0.0.1:9/"),
    [table.map(({ name }) => name), web],
  );
  for (const { name, why } of table) {
    const { works, said } = outcomes[name];
    assert.equal(works, why === "", `tt.${name} ${works ? "worked" : "failed"}: ${said}`);
    if (why) assert.ok(said.includes(why), `tt.${name} says "${said}", not "${why}"`);
  }
  assert.ok(table.filter(({ why }) => !why).length >= 140);
  // The socket that nobody listens to.
  errors.length = 0;

  // `canIUse` knows every field that really came, and none of a function that does not work.
  const unknown = await page.evaluate(
    (outcomes) =>
      Object.entries(outcomes).flatMap(([name, { works, fields }]) => {
        if (!works) return tt.canIUse(name) ? [name] : [];
        if (/^(create|get\w+Manager|env$|performance$)/.test(name)) return tt.canIUse(name) ? [] : [name];
        const kind = fields.includes("errMsg") ? "success" : "return";
        return fields.map((field) => `${name}.${kind}.${field}`).filter((schema) => !tt.canIUse(schema));
      }),
    outcomes,
  );
  // Fields whose names are not fixed.
  assert.deepEqual(unknown.filter((each) => each !== "requestSubscribeMessage.success.1" && !/^getExtConfig/.test(each)), []);
});
