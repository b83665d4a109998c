// What can happen to the network of a call, and what came of it: used by the tests, which look at
// the outcome, and by the benchmark, which looks at the times. All times are in milliseconds.

import { now, pause } from "./scene.mjs";

const both = (people, ask) => Promise.all(people.map(ask));

/** The longest time without a frame, of both, from `from` until now. */
async function longestGap(people, from) {
  const to = now();
  return Math.max(...(await both(people, (person) => person.longestGap(from, to))));
}

/** When the pages were first told of trouble; none if they were not. */
async function noticed(people, from) {
  const told = await both(people, async (person) => {
    const states = await person.states(from);
    return states.find(({ connection }) => connection === "reconnecting")?.at;
  });
  return told.every((at) => at !== undefined) ? Math.max(...told) - from : undefined;
}

/** (a) The connections to the server break. */
export async function socketsBreak({ people }) {
  const from = now();
  for (const { proxy } of people) proxy.reset();
  const back = await both(people, (person) => person.stateAfter(from, "connected"));
  await pause(2_000);
  return { gap: await longestGap(people, from), signaling: Math.max(...back) - from };
}

/** (b) The server is killed, and another one started in its place. */
export async function serverDies({ people, server }, away = 2_000) {
  const from = now();
  await server.kill();
  await pause(away);
  const started = now();
  await server.start();
  const back = await both(people, (person) => person.stateAfter(started, "connected"));
  await pause(2_000);
  return { gap: await longestGap(people, from), signaling: Math.max(...back) - started };
}

/**
 * (c), (d), (e) The path of the media is cut in silence for a while.
 *
 * @param options.newAddresses whether everybody has another address afterwards, and the browser
 *   says that it is online again
 * @param options.signaling whether the way to the server is cut, too
 */
export async function pathIsCut({ people, relay }, duration, { newAddresses, signaling } = {}) {
  const from = now();
  relay.cut = true;
  if (signaling) for (const { proxy } of people) proxy.cut = true;
  await pause(duration);
  if (newAddresses) await relay.renumber();
  const back = now();
  relay.cut = false;
  if (signaling) for (const { proxy } of people) proxy.cut = false;
  if (newAddresses) await both(people, ({ page }) => page.evaluate(() => dispatchEvent(new Event("online"))));
  const frames = await both(people, (person) => person.frameAfter(back));
  const frame = Math.max(...frames) - back;
  const figures = { noticed: await noticed(people, from), frame, gap: await longestGap(people, from) };
  // Until everything is as it was, for whatever comes next.
  if (figures.noticed !== undefined && frame < Infinity)
    await both(people, (person) => person.stateAfter(from, "connected"));
  const told = await both(people, (person) => person.states(from));
  const early = told.flatMap((states) =>
    states
      .filter(
        ({ at, connection }, index) =>
          at < back && connection === "connected" && states[index - 1]?.connection === "reconnecting",
      )
      .map(({ at }) => `${Math.round(at - from)} ms after a cut of ${duration} ms`),
  );
  await pause(3_000);
  return { ...figures, early };
}

/** (f) Packets are lost and late for a while. */
export async function packetsAreLost({ people, relay }, duration, { loss, delay }) {
  const made = await both(people, (person) => person.connections());
  const from = now();
  Object.assign(relay, { loss, delay });
  await pause(duration);
  const gap = await longestGap(people, from);
  const frames = Math.min(...(await both(people, async (person) => (await person.frames(from)).length)));
  Object.assign(relay, { loss: 0, delay: 0 });
  const more = (await both(people, (person) => person.connections())).map(
    (count, index) => count - made[index],
  );
  await pause(3_000);
  return { gap, rate: (frames * 1_000) / duration, connections: Math.max(...more) };
}

/** (g) One of two is out of reach for a while; the other one sees them leave and come back. */
export async function oneIsGone({ people: [alice, bob], relay }, duration) {
  const from = now();
  relay.cut = true;
  bob.proxy.cut = true;
  const left = await alice.listAfter(from, "alice");
  await pause(duration - (now() - from));
  const back = now();
  relay.cut = false;
  bob.proxy.cut = false;
  const returned = await alice.listAfter(back, "alice bob");
  const frames = await both([alice, bob], (person) => person.frameAfter(back));
  return { left: left - from, returned: returned - back, frame: Math.max(...frames) - back };
}
