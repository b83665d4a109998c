/**
 * `tt`: everything of it but the RTC API, which `call/` puts in, one file for each group of
 * functions. The runtime calls {@link createTt} once for each start of the mini-program, before
 * `app.js` runs. `createSelectorQuery` and `createIntersectionObserver` come from
 * `runtime/queries/`.
 */
import type { Phone } from "../phone";

/** Makes the `tt` of a phone. */
export function createTt(_phone: Phone): Record<string, unknown> {
  return {};
}
