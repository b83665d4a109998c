// Finds the program, which is in the package of this system.

import { createRequire } from "node:module";

/** The packages that may have a program for this system, the likely one first. */
export function packages() {
  const name = `tt-rtc-sim-${process.platform}-${process.arch}`;
  if (process.platform !== "linux") return [name];
  // The program that is linked with musl runs on any Linux.
  const isGnu = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return isGnu ? [`${name}-gnu`, `${name}-musl`] : [`${name}-musl`];
}

/** The path of the program: what TT_RTC_SIM says, or what npm has installed. */
export function findProgram() {
  if (process.env.TT_RTC_SIM) return process.env.TT_RTC_SIM;
  const require = createRequire(import.meta.url);
  const file = process.platform === "win32" ? "tt-rtc-sim.exe" : "tt-rtc-sim";
  for (const name of packages()) {
    try {
      return require.resolve(`${name}/${file}`);
    } catch {
      // Not installed.
    }
  }
  throw new Error(`there is no program for this system (${process.platform} ${process.arch}).
It is in the package ${packages().join(" or ")}, which npm leaves out with --omit=optional, and where
node_modules was installed on another system. Install tt-rtc-sim again, here.`);
}
