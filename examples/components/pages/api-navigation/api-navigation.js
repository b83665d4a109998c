const { api } = require("../../api");

Page(
  api({
    navigateTo: () => tt.navigateTo({ url: "/pages/text/text?from=api" }),
    redirectTo: () => tt.redirectTo({ url: "/pages/view/view" }),
    reLaunch: () => tt.reLaunch({ url: "/pages/index/index" }),
    navigateBack: () => tt.navigateBack(),
    "no such page": () => tt.navigateTo({ url: "/pages/nowhere/nowhere" }),
    "switchTab without a tab bar": () => tt.switchTab({ url: "/pages/index/index" }),
    navigateToMiniProgram: () => tt.navigateToMiniProgram({ appId: "tt0123456789" }),
    getCurrentPages: () => getCurrentPages().map(({ route }) => route),
    getLaunchOptionsSync: () => tt.getLaunchOptionsSync(),
    exitMiniProgram: () => tt.exitMiniProgram(),
  }),
);
