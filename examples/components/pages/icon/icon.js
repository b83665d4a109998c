Page({
  data: {
    types: [
      "success", "success_no_circle", "info", "warn", "waiting",
      "cancel", "download", "search", "clear",
    ],
    sizes: [16, 24, 32, 48, 64],
  },
});
