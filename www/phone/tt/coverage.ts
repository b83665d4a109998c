/**
 * What of the platform there is: a function of its typings that is not in here works, as does a
 * component. Held against reality by a test that calls every function, and printed by
 * `cargo xtask coverage`.
 */

type Kind = "async" | "sync" | "event" | "loader" | "cloud";

const SHOP = "there is no Douyin shop behind it";
const LIVE = "there is no live room that the app is a plug-in of";
const ENGINE = "Douyin's inference engine is not for browsers";
const STICKERS = "Douyin's effects are not for browsers";

/** Functions that are there and fail, with how they do it and why. */
export const UNSUPPORTED: Readonly<Record<string, readonly [Kind, why: string]>> = {
  createOrder: ["async", SHOP],
  createMerchantOrder: ["async", SHOP],
  continueToPay: ["async", SHOP],
  applyRefund: ["async", SHOP],
  createRefundOrder: ["async", SHOP],
  getRefundOrder: ["async", SHOP],
  completePaySync: ["sync", SHOP],
  completeRefundSync: ["sync", SHOP],
  submitEcCustomGoods: ["async", SHOP],
  applyEcCoupon: ["async", SHOP],
  getShopRecordToken: ["async", SHOP],
  updateShopMemberPoints: ["async", SHOP],
  createCloud: ["cloud", "there is no Douyin cloud behind it; point tt.request at a server, or mock one"],
  createBytennEngineContext: ["loader", ENGINE],
  createStickerManager: ["loader", STICKERS],
  load: ["sync", "it is a member of what tt.createBytennEngineContext and tt.createStickerManager give"],
  onLoad: ["sync", "it is a member of what tt.createBytennEngineContext and tt.createStickerManager give"],
  inferSync: ["sync", ENGINE],
  paintToTexture: ["sync", STICKERS],
  getRoomInfo: ["async", LIVE],
  getLiveUserInfo: ["async", LIVE],
  isFollowingAnchor: ["async", LIVE],
  getSelfCommentCountDuringPluginRunning: ["async", LIVE],
  subscribeAudiencesFollowAction: ["async", LIVE],
  unsubscribeAudiencesFollowAction: ["async", LIVE],
  onReceiveAudiencesFollowAction: ["event", LIVE],
  subscribeSpecifiedContentComment: ["async", LIVE],
  unsubscribeAllSpecifiedContentComment: ["async", LIVE],
  subscribeSpecifiedUserComment: ["async", LIVE],
  unsubscribeAllSpecifiedUserComment: ["async", LIVE],
  onReceiveSpecifiedComment: ["event", LIVE],
};

/** Those that fail because of what is so in a simulator at the time. */
export const FAILING: Readonly<Record<string, string>> = {
  navigateBackMiniProgram: "no mini-program opened this one",
};

const SHOWN = "a dialog says what is shown on the platform";
const KEPT = "what it sets is kept, and shown nowhere";

/**
 * Functions that answer as the platform's do, so that a page's code goes on, with something else in
 * the place of what a user would see or get.
 */
export const STAND_INS: Readonly<Record<string, string>> = {
  createMapContext: "the map is a grid without streets; places and scales are computed",
  openLocation: SHOWN,
  chooseLocation: "a form takes the place of the map",
  createInterstitialAd: "a dialog takes the place of the ad",
  createRewardedVideoAd: "a dialog takes the place of the ad, and asks whether it was watched",
  preloadDrawAd: "there is no ad to load",
  pay: "nothing is paid; a dialog asks how it ends",
  scanCode: "what the code says is typed in",
  makePhoneCall: "a dialog asks, and nobody is called",
  navigateToMiniProgram: SHOWN,
  navigateToVideoView: SHOWN,
  navigateToScene: SHOWN,
  openAwemeUserProfile: SHOWN,
  showDouyinOpenAuth: "the ticket is made up",
  showFavoriteGuide: SHOWN,
  showInteractionBar: KEPT,
  hideInteractionBar: KEPT,
  updateExitGuideWindowInfo: KEPT,
  reportAnalytics: "there is nobody to report to",
  getAnalysisInfo: "all fields are empty",
};

/** Components that are a grey box which says what it stands for. */
export const BOXES: readonly string[] = [
  "map", "ad", "aweme-data", "aweme-user-card", "pay-button", "consume-card", "rate-button", "live-preview",
  "video-player",
];

const REASONS = new Map([
  ...Object.entries(UNSUPPORTED).map(([name, [, why]]) => [name, why] as const),
  ...Object.entries(FAILING),
]);

/** Why a function of the typings fails; `undefined` for those that work. */
export function whyNot(name: string): string | undefined {
  return REASONS.get(name);
}
