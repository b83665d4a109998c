// Calls as pages of other people make them, by taps alone, and what the desk says of them.

import assert from "node:assert/strict";
import { test } from "node:test";

import { launchDesk, onDesk } from "./phone.mjs";

/** A desk over the pages, and the errors of its phones. */
const openWithErrors = (t, phones) => launchDesk(t, "tests/e2e/miniprograms/call-pages", phones);

/** Such a desk, whose phones report no errors. */
const open = async (t, phones) => (await openWithErrors(t, phones)).page;

/** A phone whose pictures are looked for by the class of their `rtc-room`. */
function phoneOf(page, user) {
  const phone = onDesk(page, user);
  const text = (shown) => phone.screen.getByText(shown, { exact: true }).filter({ visible: true });
  phone.tile = (selector) => phone.screen.locator(selector).filter({ visible: true });
  /** An element without a picture has no size of its own. */
  phone.seesNothing = (tile) =>
    phone
      .tile(tile)
      .locator("video")
      .evaluate(async (video) => {
        while (video.videoWidth > 0) await new Promise(requestAnimationFrame);
      });
  return Object.assign(phone, {
    tap: (name) => text(name).click(),
    reads: (shown) => phone.expects(JSON.stringify(shown), text(shown).waitFor()),
  });
}

test("a call step by step with promises: each sees the other, stops, leaves, joins again and goes back", async (t) => {
  const page = await open(t);
  const [alice, bob] = ["alice", "bob"].map((user) => phoneOf(page, user));
  for (const phone of [alice, bob]) {
    await phone.tap("steps");
    for (const step of ["create", "capture"]) await phone.tap(step);
    for (const _ of ["camera", "microphone"]) await phone.answer("Allow");
    await phone.reads("capturing");
    for (const step of ["show", "join"]) await phone.tap(step);
    await phone.reads("joinRtcRoom:ok");
  }
  for (const phone of [alice, bob]) for (const tile of [".mine", ".theirs"]) await phone.sees(tile);
  // Each of the two shows another picture.
  const [own, other] = await Promise.all([".mine", ".theirs"].map((tile) => alice.hue(tile)));
  assert.ok(Math.abs(own - other) > 20, `hues ${own} and ${other}`);

  await alice.tap("stop");
  await alice.reads("stopped");
  await bob.seesNothing(".theirs");
  await alice.tap("capture");
  await bob.sees(".theirs");

  await alice.tap("leave");
  await alice.reads("exitRtcRoom:ok");
  await bob.tile(".theirs").waitFor({ state: "detached" });
  await alice.tap("join");
  for (const phone of [alice, bob]) await phone.sees(".theirs");

  await alice.card.getByRole("button", { name: "Back", exact: true }).click();
  await bob.tile(".theirs").waitFor({ state: "detached" });
});

test("pictures change places, show twice, and move behind another page and after a page is made anew", async (t) => {
  const page = await open(t);
  const [alice, bob] = ["alice", "bob"].map((user) => phoneOf(page, user));
  for (const phone of [alice, bob]) {
    await phone.tap("swap");
    await phone.answer("Allow");
    await phone.reads("joinRtcRoom:ok");
  }
  for (const phone of [alice, bob]) for (const tile of [".large", ".small", ".again"]) await phone.sees(tile);
  const before = await alice.hue(".large");
  await alice.tile(".small").click();
  for (const tile of [".large", ".small", ".again"]) await alice.sees(tile);
  assert.ok(Math.abs((await alice.hue(".large")) - before) > 20, "the large picture is another one");

  // A page below another one stays in its call.
  await alice.tap("cover");
  await bob.sees(".large");
  await alice.card.getByRole("button", { name: "Back", exact: true }).click();
  await alice.sees(".large");
  // It leaves as it goes and joins as it comes.
  await alice.tap("anew");
  await alice.reads("joinRtcRoom:ok");
  for (const tile of [".large", ".small"]) await alice.sees(tile);
});

test("options of a class are read as they are, and calls without options are answered", async (t) => {
  const page = await open(t, 1);
  const alice = phoneOf(page, "alice");
  await alice.tap("bare");
  await alice.tap("go");
  await alice.reads("joinRtcRoom:ok");
  await page.getByRole("tab", { name: "Call" }).click();
  await page.getByRole("tab", { name: "Timeline" }).click();
  const answer = (name) => page.locator(`.step.call[data-name="${name}"] .answer`);
  await answer("exitRtcRoom").waitFor();
  await answer("updateToken").waitFor();
});

test("the desk says which phone each member of a call is", async (t) => {
  const page = await open(t);
  for (const user of ["alice", "bob"]) {
    const phone = phoneOf(page, user);
    await phone.tap("steps");
    for (const step of ["create", "join"]) await phone.tap(step);
    await phone.reads("joinRtcRoom:ok");
  }
  await page.getByRole("tab", { name: "Call" }).click();
  const matrix = page.getByRole("table", { name: "Who sends what to whom" });
  for (const user of ["alice", "bob"])
    await matrix.getByRole("columnheader").filter({ hasText: user }).waitFor();
  // The form for a token proposes who is in the room.
  const members = await matrix.locator("thead .chip > span:first-child").allInnerTexts();
  await page.getByRole("tab", { name: "Token" }).click();
  assert.equal(await page.getByRole("textbox", { name: "Room", exact: true }).inputValue(), "by-steps");
  assert.ok(
    members.includes(await page.getByRole("textbox", { name: "User id", exact: true }).inputValue()),
    members.join(),
  );
});

test("a page made with Component calls by its behavior in the room of its query, and leaves when it goes", async (t) => {
  const page = await open(t);
  const [alice, bob] = ["alice", "bob"].map((user) => phoneOf(page, user));
  for (const phone of [alice, bob]) {
    await phone.tap("built");
    await phone.reads("shown for built-room");
    await phone.tap("join");
    await phone.answer("Allow");
    await phone.reads("joinRtcRoom:ok");
  }
  for (const phone of [alice, bob]) for (const tile of [".mine", ".theirs"]) await phone.sees(tile);
  await alice.card.getByRole("button", { name: "Back", exact: true }).click();
  await bob.tile(".theirs").waitFor({ state: "detached" });
});

test("a page that misuses its methods and throws in its callbacks harms neither its call nor the other phone", async (t) => {
  const { page, errors } = await openWithErrors(t);
  const [alice, bob] = ["alice", "bob"].map((user) => phoneOf(page, user));
  for (const phone of [alice, bob]) {
    await phone.tap("hostile");
    await phone.tap("join");
    await phone.answer("Allow");
    await phone.reads("joinRtcRoom:ok");
  }
  for (const phone of [alice, bob]) await phone.sees(".theirs");
  await alice.tap("misuse");
  await alice.reads("misused, methods many");
  await alice.tap("fault");
  await alice.tile(".mine").waitFor({ state: "detached" });
  for (const phone of [alice, bob]) await phone.sees(".theirs");
  await bob.sees(".mine");
  for (const thrown of ["by success", "by a listener", "by the error event"]) {
    assert.ok(
      errors.some((error) => error.includes(`thrown ${thrown}`)),
      thrown,
    );
  }
  for (const error of errors) assert.match(error, /thrown by [^]*hostile\/hostile\.js:\d+:\d+/);
  errors.length = 0;
});
