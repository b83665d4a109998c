// `import { launch } from "tt-rtc-sim/test"`: see test.d.ts.
export { launch } from "./lib/launch.js";
