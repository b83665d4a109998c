const { api } = require("../../api");

Page(
  api({
    login: () => tt.login(),
    checkSession: () => tt.checkSession(),
    getUserInfo: () => tt.getUserInfo(),
    getUserProfile: () => tt.getUserProfile(),
    authorize: () => tt.authorize({ scope: "scope.record" }),
    getSetting: () => tt.getSetting({ withSubscriptions: true }),
    openSetting: () => tt.openSetting(),
    chooseAddress: () => tt.chooseAddress(),
    requestSubscribeMessage: () => tt.requestSubscribeMessage({ tmplIds: ["MSG1"] }),
    showDouyinOpenAuth: () => tt.showDouyinOpenAuth({ scopes: { "following.list": 1 } }),
    pay: () => tt.pay({ orderInfo: { order_id: "1", order_token: "2" }, service: 5 }),
    followAwemeUser: () => tt.followAwemeUser({ awemeId: "ada" }),
    "createRewardedVideoAd": () =>
      new Promise((close) => {
        const ad = tt.createRewardedVideoAd({ adUnitId: "unit" });
        ad.onClose(close);
        ad.show();
      }),
  }),
);
