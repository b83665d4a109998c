// The corpus: programs of tests/corpus, written after the shapes of programs seen in the wild. Every
// page of every program is opened on one phone: nothing may be thrown, nothing may be warned of but what
// is listed, the visible text is the stored one, and the picture is the stored one but for a pixel's noise.
//
//   node --test tests/e2e/corpus.test.mjs                           checks all programs
//   CORPUS=shop,chat node --test tests/e2e/corpus.test.mjs          checks two of them
//   CORPUS_UPDATE=1 node --test tests/e2e/corpus.test.mjs           stores what is shown now; look at it
//   CORPUS_UPDATE=1 CORPUS_PAGE=pages/tab/home CORPUS=shop node …   stores one page
//
// What is expected stands in tests/corpus/expected/PROGRAM.json and the folder beside it:
//
//   { "ignore": [patterns of console lines that may come],
//     "problems": [what the compiler warns of],
//     "pages": { "ROUTE": { "picture": "NN-name.png", "text": "…", "said": [console lines] } } }
//
// A page with `"pending": "why"` is opened, and may differ: what it shows today is a fault of ours.
// Where a page differs, target/corpus/ has what was shown, and a picture of the difference.
//
// Then corpus/flows.mjs: what a user does in some of the programs, by taps.
//
// All text is drawn with a font of boxes (corpus/font.mjs), the only one that the browser finds, so the
// machine's fonts do not matter. Only fontconfig can be told so: pictures are compared on Linux. An
// update keeps `ignore` and `pending`.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { flows } from "./corpus/flows.mjs";
import { boxFont } from "./corpus/font.mjs";
import { differences } from "./corpus/pictures.mjs";
import { launch, root } from "./harness.mjs";
import { simulate } from "./simulator.mjs";

const PROGRAMS = join(root, "tests/corpus");
const EXPECTED = join(PROGRAMS, "expected");
const OUTPUT = join(root, "target/corpus");
const PICTURES = process.platform === "linux";
const UPDATE = Boolean(process.env.CORPUS_UPDATE);
/** Pixels that may differ; each has to differ from all pixels around it. */
const NOISE = 30;
/** How long a page may take to look as expected, in milliseconds: what it loads and animates. */
const PATIENCE = 10_000;
/** The same for a page that waits for a fix, and for all after one that failed. */
const LITTLE = 1_000;

const chosen = process.env.CORPUS?.split(",");
const programs = readdirSync(PROGRAMS).filter(
  (name) => name !== "expected" && (chosen?.includes(name) ?? true),
);

let browser, blank, fonts;
before(async () => {
  fonts = mkdtempSync(join(tmpdir(), "corpus-fonts-"));
  writeFileSync(join(fonts, "boxes.ttf"), boxFont());
  writeFileSync(
    join(fonts, "fonts.conf"),
    `<?xml version="1.0"?><fontconfig><dir>${fonts}</dir><cachedir>${fonts}/cache</cachedir></fontconfig>`,
  );
  process.env.FONTCONFIG_FILE = join(fonts, "fonts.conf");
  browser = await launch();
  blank = await browser.newPage();
});
after(async () => {
  await browser?.close();
  rmSync(fonts, { recursive: true, force: true });
});

/** The clock of the phones stands still. */
function stopClock() {
  const NOW = Date.UTC(2024, 2, 1, 2, 20);
  const Real = Date;
  globalThis.Date = class Date extends Real {
    constructor(...parts) {
      if (parts.length === 0) super(NOW);
      else super(...parts);
    }
    static now() {
      return NOW;
    }
  };
}

for (const program of programs) {
  test(program, async (t) => {
    const simulator = await simulate(t, `tests/corpus/${program}`, "--phones", "1");
    const manifest = await (await fetch(`${simulator.url}app/manifest.json`)).json();
    const expected = readExpected(program);
    const ignored = (expected.ignore ?? []).map((pattern) => new RegExp(pattern, "u"));
    const problems = manifest.problems.map(
      ({ severity, file, line, message }) => `${severity} ${file}:${line} ${message}`,
    );
    const context = await browser.newContext({
      viewport: { width: 390, height: 844 },
      timezoneId: "Asia/Shanghai",
      locale: "zh-CN",
    });
    t.after(() => context.close());
    await context.addInitScript(stopClock);
    const phone = await context.newPage();
    let said = [];
    const hear = (text) => {
      if (!ignored.some((pattern) => pattern.test(text))) said.push(text);
    };
    phone.on("pageerror", (error) => hear(`thrown: ${error.message}`));
    phone.on("console", (message) => {
      if (/^(error|warning)$/.test(message.type())) hear(`${message.type()}: ${message.text()}`);
    });
    phone.on("dialog", (dialog) => dialog.dismiss());

    await t.test("compiles", () => {
      if (UPDATE) expected.problems = problems;
      else assert.deepEqual(problems, expected.problems);
    });
    let open = false;
    let patience = PATIENCE;
    for (const [index, route] of manifest.pages.entries()) {
      const stored = expected.pages[route];
      await t.test(route, { todo: stored?.pending }, async () => {
        said = [];
        if (open) await phone.evaluate((route) => globalThis.phone.open(route), route);
        else
          await phone.goto(
            `${simulator.url}phone/?id=one&user=ada&language=zh_CN&fake=1&path=${encodeURIComponent(route)}`,
          );
        open = await phone
          .waitForFunction((route) => globalThis.phone?.pages().at(-1)?.route === route, route, {
            timeout: PATIENCE,
          })
          .then(
            () => true,
            () => false,
          );
        assert.ok(open, `the page does not open\n${said.join("\n")}`);
        const picture =
          stored?.picture ??
          `${String(index).padStart(2, "0")}-${route
            .split("/")
            .at(-1)
            .replaceAll(/[^A-Za-z0-9]+/g, "-")}.png`;
        if (!UPDATE) {
          const time = stored?.pending ? LITTLE : patience;
          if (!stored?.pending) patience = LITTLE;
          await check(phone, program, route, stored, () => said, time);
          if (!stored?.pending) patience = time;
        } else if (process.env.CORPUS_PAGE === undefined || process.env.CORPUS_PAGE === route) {
          const shown = await settled(phone);
          const { pending } = stored ?? {};
          expected.pages[route] = {
            ...(pending ? { pending } : {}),
            picture,
            text: shown.text,
            said: said.slice(),
          };
          mkdirSync(join(EXPECTED, program), { recursive: true });
          writeFileSync(join(EXPECTED, program, picture), shown.png);
        }
      });
    }
    for (const [name, flow] of Object.entries(UPDATE ? {} : (flows[program] ?? {}))) {
      await t.test(name, async () => {
        said = [];
        await flow(user(phone));
        assert.deepEqual(said, [], "what the console was told");
      });
    }
    if (UPDATE) writeFileSync(join(EXPECTED, `${program}.json`), `${JSON.stringify(expected, null, 2)}\n`);
    else assert.deepEqual(Object.keys(expected.pages), manifest.pages, "the pages that are expected");
  });
}

/** What a flow does on a phone; each waits for what it needs. */
function user(phone) {
  const top = phone.locator("phone-page:not([inert])");
  phone.setDefaultTimeout(PATIENCE);
  /** Waits until a page is on top and stands still: nobody taps what slides. */
  const at = (route) =>
    phone.waitForFunction(
      (route) =>
        globalThis.phone.pages().at(-1)?.route === route &&
        [...document.querySelectorAll("phone-page")].every((page) => page.getAnimations().length === 0),
      route,
    );
  return {
    top,
    open: async (route) => {
      await phone.evaluate((route) => globalThis.phone.open(route), route);
      await at(route.split("?")[0]);
    },
    /** Waits until the page says something. */
    see: (text) => top.getByText(text).filter({ visible: true }).first().waitFor(),
    /** Taps what is named by its text, or by a selector. */
    tap: (text, selector) =>
      (selector ? top.locator(selector) : top.getByText(text, { exact: true }).filter({ visible: true }))
        .first()
        .click(),
    at,
    back: () => phone.evaluate(() => globalThis.phone.back()),
    mouse: phone.mouse,
  };
}

function readExpected(program) {
  try {
    return JSON.parse(readFileSync(join(EXPECTED, `${program}.json`), "utf8"));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
    return { problems: [], pages: {} };
  }
}

/** What a page shows when its pictures are there. */
async function shown(phone) {
  await phone.evaluate(async () => {
    await document.fonts.ready;
    const loading = [...document.images].filter(({ complete }) => !complete);
    await Promise.all(loading.map((image) => image.decode().catch(() => {})));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
  const text = await phone.evaluate(
    () =>
      document
        .querySelector("phone-page:not([inert])")
        ?.innerText.replaceAll(/[ \t]+$/gm, "")
        .trim() ?? "",
  );
  return { text, png: await phone.screenshot({ animations: "disabled", caret: "hide" }) };
}

/** The same twice, a moment apart. */
async function settled(phone) {
  let last = await shown(phone);
  for (const until = performance.now() + PATIENCE; performance.now() < until;) {
    await phone.evaluate(() => new Promise((done) => setTimeout(done, 400)));
    const next = await shown(phone);
    if (next.text === last.text && next.png.equals(last.png)) return next;
    last = next;
  }
  throw new Error("the page never stands still");
}

/** Looks until the page is as expected, or patience is at its end. */
async function check(phone, program, route, stored, said, patience) {
  assert.ok(stored, "nothing is stored of this page: see the head of corpus.test.mjs");
  const wanted = readFileSync(join(EXPECTED, program, stored.picture));
  let seen, diff;
  for (const until = performance.now() + patience; ;) {
    seen = await shown(phone);
    diff = !PICTURES || seen.png.equals(wanted) ? { count: 0 } : await differences(blank, wanted, seen.png);
    const right = seen.text === stored.text && diff.count <= NOISE && same(said(), stored.said);
    if (right) return;
    if (performance.now() > until) break;
  }
  assert.deepEqual(said(), stored.said, "what the console was told");
  assert.equal(seen.text, stored.text);
  mkdirSync(OUTPUT, { recursive: true });
  const name = join(OUTPUT, `${program}-${stored.picture.replace(/\.png$/, "")}`);
  writeFileSync(`${name}-actual.png`, seen.png);
  writeFileSync(`${name}-diff.png`, diff.picture);
  assert.fail(`${diff.count} pixels of ${route} differ: ${name}-actual.png and ${name}-diff.png`);
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
