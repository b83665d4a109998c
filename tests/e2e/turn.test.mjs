// A call whose media goes through a real TURN server, with the credentials that a real tt-rtc-server
// makes for it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { startScene } from "./network/scene.mjs";
import { startTurnServer } from "./network/turn.mjs";
import { until } from "./person.mjs";

/** In the page: how the media goes, and with which credentials the next way will be found. */
async function way() {
  const connection = seen.made.at(-1);
  const stats = await connection.getStats();
  const transport = [...stats.values()].find(({ type }) => type === "transport");
  const pair = stats.get(transport.selectedCandidatePairId);
  return {
    ends: [stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)].map(
      (end) => end.candidateType,
    ),
    username: connection.getConfiguration().iceServers[0].username,
  };
}

test("media goes through coturn alone, and its credentials are renewed in the call", async (t) => {
  const secret = "north";
  const turn = await startTurnServer({ secret });
  t.after(() => turn.close());
  const lifetime = 20;
  const scene = await startScene({
    direct: true,
    settings: [
      `--ice-turn=${turn.url}`,
      `--ice-turn-secret=${secret}`,
      `--ice-turn-lifetime=${lifetime}`,
      "--ice-turn-for-open-apps",
    ],
    join: { iceTransportPolicy: "relay" },
  });
  t.after(() => scene.close());
  for (const { page, user } of scene.people) {
    const { ends, username } = await page.evaluate(way);
    assert.deepEqual(ends, ["relay", "relay"], `the way of the media of ${user}`);
    const renewed = async () => (await page.evaluate(way)).username !== username;
    assert.ok(await until(renewed, lifetime * 1_000), `${user} has new credentials`);
    assert.equal(await page.evaluate(() => seen.made.length), 1);
  }
});
