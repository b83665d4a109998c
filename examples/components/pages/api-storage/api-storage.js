const { api } = require("../../api");

Page(
  api({
    setStorage: () => tt.setStorage({ key: "drink", data: { name: "tea", cups: 2 } }),
    getStorage: () => tt.getStorage({ key: "drink" }),
    setStorageSync: () => tt.setStorageSync("time", Date.now()),
    getStorageSync: () => tt.getStorageSync("time"),
    "a missing key": () => tt.getStorageSync("nothing"),
    "more than 1 MB": () => tt.setStorage({ key: "large", data: "x".repeat(1024 * 1024) }),
    getStorageInfo: () => tt.getStorageInfo(),
    removeStorage: () => tt.removeStorage({ key: "drink" }),
    clearStorage: () => tt.clearStorage(),
  }),
);
