/**
 * The global `tt` that `install()` gives a page: name `tt-rtc/global` in `types` of tsconfig.json. Not for
 * projects that have the platform's typings, whose `tt` is the whole platform's.
 */
import type { Tt } from "./index.js";

declare global {
  const tt: Tt;
}
