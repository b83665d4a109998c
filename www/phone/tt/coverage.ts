/**
 * What of the platform there is. A function of its typings or its documentation (`documented.json`)
 * is in one of four classes: it works, it stands in for what the platform does, it is accepted without
 * effect, or it fails in words. One that is in none of the lists below works, and a test sees its
 * effect. Held against reality by tests that call every function, and printed by
 * `cargo xtask coverage`.
 */

type Kind = "async" | "sync" | "event" | "loader" | "cloud";

/** Names that share a prefix or a suffix, one a word, with how they fail and why. */
function all(kind: Kind, why: string, names: string): Record<string, readonly [Kind, why: string]> {
  return Object.fromEntries(names.split(" ").map((name) => [name, [kind, why] as const]));
}

const SHOP = "there is no Douyin shop behind it";
const LIVE = "there is no live room that the app is a plug-in of";
const ENGINE = "Douyin's inference engine is not for browsers";
const BLUETOOTH = "a page of a browser has no Bluetooth of its own";
const SIGNED = "its parameters are signed by the app's server for the platform's";
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
  ...all(
    "async",
    SHOP,
    "canRateAwemeOrders rateAwemeOrder openEcShop openEcGood openEcIm openEcCoupon openEcOrderDetail",
  ),
  sign: ["async", SIGNED],
  ...all(
    "async",
    BLUETOOTH,
    "openBluetoothAdapter closeBluetoothAdapter getBluetoothAdapterState startBluetoothDevicesDiscovery stopBluetoothDevicesDiscovery getBluetoothDevices getConnectedBluetoothDevices createBLEConnection closeBLEConnection getBLEDeviceServices getBLEDeviceCharacteristics readBLECharacteristicValue writeBLECharacteristicValue notifyBLECharacteristicValueChange setBLEMTU getBLEDeviceRSSI",
  ),
  ...all(
    "event",
    BLUETOOTH,
    "BluetoothAdapterStateChange BluetoothDeviceFound BLEConnectionStateChange BLECharacteristicValueChange"
      .split(" ")
      .flatMap((name) => [`on${name}`, `off${name}`])
      .join(" "),
  ),
  preloadResourceVideo: ["async", "there is no platform of short dramas behind it"],
  getGeneralInfo: ["async", "only the platform knows who the phone is; its own examples go on without"],
  createSceneActivityContext: ["sync", "there is no scene of Douyin around the app"],
  createEventSource: ["loader", "the development server passes answers on whole; use tt.connectSocket"],
  createEffectCameraStream: ["loader", STICKERS],
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
const ASKS = "a dialog asks; what is answered is kept, and nothing else happens";
const PAID = "nothing is paid; a dialog asks how it ends";
const WIFI = "the network it tells of is made up";

/**
 * Functions that answer as the platform's do, so that a page's code goes on, with something else in
 * the place of what a user would see or get.
 */
export const STAND_INS: Readonly<Record<string, string>> = {
  createMapContext: "the map is a grid without streets; places and scales are computed",
  openLocation: SHOWN,
  chooseLocation: "a form takes the place of the map",
  chooseAddress: "a form takes the place of the list of addresses",
  createInterstitialAd: "a dialog takes the place of the ad",
  createRewardedVideoAd: "a dialog takes the place of the ad, and asks whether it was watched",
  preloadDrawAd: "there is no ad to load",
  pay: PAID,
  requestOrder: "nothing is ordered; a dialog shows what would be",
  getOrderPayment: PAID,
  scanCode: "what the code says is typed in",
  makePhoneCall: "a dialog asks, and nobody is called",
  sendSms: "a dialog shows the message, and nobody gets it",
  login: "the codes are random: no server of the platform knows them",
  navigateToMiniProgram: SHOWN,
  navigateToVideoView: SHOWN,
  navigateToScene: SHOWN,
  openAwemeUserProfile: SHOWN,
  openWebcastRoom: SHOWN,
  openDocument: SHOWN,
  openPrivacyContract: SHOWN,
  shareAppMessage: "a dialog shows the card, and nobody gets it",
  showDouyinOpenAuth: "the ticket is made up",
  showFavoriteGuide: SHOWN,
  followAwemeUser: ASKS,
  checkFollowAwemeState: ASKS,
  followOfficialAccount: ASKS,
  checkFollowState: ASKS,
  requestSubscribeMessage: ASKS,
  addCalendarEvent: ASKS,
  checkCalendarEvent: ASKS,
  deleteCalendarEvent: ASKS,
  addShortcut: ASKS,
  checkShortcut: ASKS,
  joinGroup: ASKS,
  getPrivacySetting: "whether the terms were agreed to in a button's dialog",
  updateSidebarActivity: "what it sets is kept, and shown nowhere",
  getSidebarActivity: "what was set is told",
  getConnectedWifi: WIFI,
  getWifiList: WIFI,
  onGetWifiList: WIFI,
  offGetWifiList: WIFI,
  getAnalysisInfo: "all fields are empty",
  getMicroappInfo: "the name is the title of the app's window",
};

const BAR = "there is no bar of Douyin around the app";
const RECORD = "a page of a browser can neither forbid nor notice a recording of the screen";

/** Functions that answer as if they had done something, and that nobody sees anything of. */
export const ACCEPTED: Readonly<Record<string, string>> = {
  showInteractionBar: BAR,
  hideInteractionBar: BAR,
  updateExitGuideWindowInfo: "no window is shown to who leaves",
  reportAnalytics: "there is nobody to report to",
  interactionAnalysis: "there is nobody to report to",
  setPageInfo: "no search engine reads it",
  setSwipeBackMode: "a mouse does not swipe: one goes back by the arrow",
  disableUserScreenRecord: RECORD,
  enableUserScreenRecord: RECORD,
  onUserScreenRecord: RECORD,
  offUserScreenRecord: RECORD,
  onLazyLoadError: "subpackages are there from the start",
  offLazyLoadError: "subpackages are there from the start",
};

/** Methods of objects that do not do what they are for: class, object, methods. */
export const METHODS: readonly (readonly [
  "no effect" | "stands in" | "fails",
  object: string,
  methods: string,
])[] = [
  ["fails", "Cloud", "callContainer uploadFile downloadFile deleteFile getTempFileURL connectContainer"],
  ["fails", "EffectCameraStream", "request play stop dispose paintTo"],
  ["fails", "EventSource", "onOpen onMessage"],
  ["stands in", "InterstitialAd", "show load destroy"],
  ["stands in", "RewardedVideoAd", "show load"],
  ["stands in", "MapContext", "openMapApp"],
];

const REASONS = new Map([
  ...Object.entries(UNSUPPORTED).map(([name, [, why]]) => [name, why] as const),
  ...Object.entries(FAILING),
]);

/** Why a function fails; `undefined` for those that do not. */
export function whyNot(name: string): string | undefined {
  return REASONS.get(name);
}
