// All calls of call.test.mjs once more, through a tt-rtc-server.

process.env.TT_RTC_SIGNALING = "server";
await import("./call.test.mjs");
