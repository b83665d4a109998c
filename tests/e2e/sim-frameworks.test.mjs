// The programs of examples/frameworks, as the frameworks' own compilers built them: the simulator
// runs the output as it is. `cargo xtask test e2e` builds them first.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { atLast, root, start, withUniShadow } from "./harness.mjs";
import { onDesk } from "./phone.mjs";
import { simulate } from "./simulator.mjs";

const PROGRAMS = {
  "uni-app, Vue 3": { folder: "uni-vue3/dist/build/mp-toutiao", parts: uniUi },
  "uni-app, Vue 2": { folder: "uni-vue2/dist/build/mp-toutiao", parts: uniUi },
  "Taro, React": { folder: "taro/react/dist", parts: taroUi },
  "Taro, Vue 3": { folder: "taro/vue/dist", parts: nutUi },
};

/** Known of the frameworks themselves; a phone says nothing of them. */
const EXPECTED = [
  // What their templates give to elements that have no such attribute.
  /^<[\w-]+> has no attribute "(enable-back-to-top|height|key|name|ref|report-submit|width)"/,
];

/** A desk with phones that run a build. */
async function open(t, folder, phones) {
  assert.ok(existsSync(join(root, "examples/frameworks", folder)), "build it with `cargo xtask setup`");
  const { context } = await start(t, { view: { viewport: { width: 1600, height: 1000 }, locale: "en-US" } });
  await withUniShadow(context);
  const simulator = await simulate(t, `examples/frameworks/${folder}`);
  const expected = (text) => EXPECTED.some((pattern) => pattern.test(text));
  const problems = simulator.lines.filter(
    (line) => /^(error|warning)/.test(line) && !expected(line.replace(/^warning: /, "")),
  );
  assert.deepEqual(problems, [], "what the compiler said");
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const complaints = [];
  page.on("console", (message) => {
    if (message.type() === "warning") complaints.push(message.text());
  });
  atLast(t, () => {
    const unknown = complaints.filter((text) => !expected(text));
    assert.deepEqual(unknown, [], "what the phones warned of");
  });
  await page.goto(`${simulator.url}?phones=${phones}`);
  return page;
}

for (const [name, { folder, parts }] of Object.entries(PROGRAMS)) {
  describe(name, () => {
    test("its list shows rows with slots, takes a form and answers a query", async (t) => {
      const page = await open(t, folder, 1);
      const { screen } = onDesk(page, "alice");
      const sees = (text) => screen.getByText(text, { exact: true }).first().waitFor();
      const rows = async (expected) => {
        await screen.getByText(expected.at(-1)[0], { exact: true }).waitFor();
        const shown = await screen.locator(".row, .fruit-row--row").allInnerTexts();
        assert.deepEqual(
          shown.map((row) => row.split(/\s*\n\s*/).filter(Boolean)),
          expected,
        );
      };
      const first = [
        ["Apple", "sweet", "no price"],
        ["Pear", "nothing more", "price 3"],
        ["Quince", "nothing more", "no price"],
      ];
      await rows(first);
      await screen.getByText("Add", { exact: true }).click();
      await rows([...first, ["Medlar", "new", "no price"]]);
      await screen.getByText("Quince").click();
      await sees("Picked: Quince");
      await screen.locator("tt-input input").fill("Ada");
      await sees("Name: Ada");
      await screen.getByText("Send", { exact: true }).click();
      await sees('Sent: {"name":"Ada","fresh":true}');
      await sees("seen: box");
      await screen.getByText("Measure", { exact: true }).click();
      await sees("box 120 x 40");
    });

    test("its page of parts shows each, and they answer to taps", async (t) => {
      const page = await open(t, folder, 1);
      const { screen } = onDesk(page, "alice");
      await screen.getByText("Parts", { exact: true }).click();
      await screen.getByText("From: list").waitFor();
      const shows = async (...texts) => {
        for (const text of texts)
          await screen.getByText(text, { exact: true }).filter({ visible: true }).first().waitFor();
      };
      // Some have a layer of their own above their texts.
      const tap = (text) =>
        screen.getByText(text, { exact: true }).filter({ visible: true }).first().click({ force: true });
      await parts({ screen, shows, tap });
    });

    test("two of its phones call each other by taps, and each sees the other's picture move", async (t) => {
      const page = await open(t, folder, 2);
      const phones = [onDesk(page, "alice"), onDesk(page, "bob")];
      for (const { screen } of phones) {
        await screen.getByText("Call", { exact: true }).click();
        await screen.getByText("Join", { exact: true }).click();
      }
      for (const phone of phones) {
        for (const _ of ["camera", "microphone"]) await phone.answer("Allow");
        await phone.screen.getByText("Leave", { exact: true }).waitFor();
      }
      for (const phone of phones) {
        const other = phone.screen
          .locator("tt-view")
          .filter({ hasText: /^user\d+$/ })
          .last();
        phone.tile = () => other;
        await phone.sees("the other");
      }
    });
  });
}

async function uniUi({ screen, shows, tap }) {
  await shows(
    "Section of parts",
    "Tag",
    "Card with a title",
    "extra of the card",
    "body of the card",
    "title in a slot",
    "second body",
    "note of the item",
    "body of an item",
    "inside of the collapse",
    "First step",
    "Check one",
    "A notice",
    "No more data",
    "A title",
    "Cell of a table",
    "left half",
    "right half",
    "2026-01-02",
  );
  await tap("Item with a note");
  await shows("Said: item tapped");
  await screen.locator("tt-view").filter({ hasText: /^\+$/ }).last().click();
  await shows("Said: number 5");
  await tap("Two");
  await shows("segment 1");
  await tap("Validate");
  await shows("Said: a mail is needed");
  await tap("Pop up");
  await shows("inside of the popup");
}

async function taroUi({ shows, tap }) {
  await shows(
    "Badged",
    "Tag",
    "Card with a title",
    "extra of the card",
    "body of the card",
    "note of the item",
    "Switched item",
    "inside of the accordion",
    "cell 1",
    "First step",
    "Check one",
    "Radio b",
    "A switch",
    "pane one",
    "40%",
    "No more data",
    "A divider",
    "A timeline",
  );
  await tap("Item with a note");
  await shows("Said: item tapped");
  await tap("Tag");
  await shows("Said: tag tapped");
  await tap("Two");
  await shows("segment 1");
  await tap("Pop up");
  await shows("inside of the popup");
}

async function nutUi({ screen, shows, tap }) {
  await shows(
    "Badged",
    "Tag",
    "Cell with a title",
    "note of the cell",
    "title in a slot",
    "inside of the collapse",
    "cell 1",
    "First step",
    "Radio b",
    "Check one",
    "pane one",
    "40%",
    "A notice",
    "A divider",
  );
  await tap("Cell with a title");
  await shows("Said: item tapped");
  await tap("Validate");
  await shows("Said: a mail is needed");
  await tap("Ask");
  await shows("content of the dialog");
  await tap("Yes");
  await shows("Said: confirmed");
  // Its layer goes slowly.
  await screen.getByText("content of the dialog").waitFor({ state: "hidden" });
  await tap("Pop up");
  await shows("inside of the popup");
}
