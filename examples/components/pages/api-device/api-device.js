const { api } = require("../../api");

Page(
  api(
    {
      getSystemInfoSync: () => tt.getSystemInfoSync(),
      getMenuButtonBoundingClientRect: () => tt.getMenuButtonBoundingClientRect(),
      setClipboardData: () => tt.setClipboardData({ data: `copied at ${Date.now()}` }),
      getClipboardData: () => tt.getClipboardData(),
      vibrateShort: () => tt.vibrateShort(),
      vibrateLong: () => tt.vibrateLong(),
      "setScreenBrightness 0.3": () => tt.setScreenBrightness({ value: 0.3 }),
      "setScreenBrightness 1": () => tt.setScreenBrightness({ value: 1 }),
      getScreenBrightness: () => tt.getScreenBrightness(),
      setKeepScreenOn: () => tt.setKeepScreenOn({ keepScreenOn: true }),
      makePhoneCall: () => tt.makePhoneCall({ phoneNumber: "10086" }),
      scanCode: () => tt.scanCode(),
      onCompassChange() {
        tt.onCompassChange((reading) => {
          tt.offCompassChange();
          this.say("compass", reading);
        });
      },
      onAccelerometerChange() {
        tt.onAccelerometerChange((reading) => {
          tt.stopAccelerometer();
          this.say("accelerometer", reading);
        });
      },
      getLocation: () => tt.getLocation({ type: "gcj02" }),
      chooseLocation: () => tt.chooseLocation(),
      openLocation: () => tt.openLocation({ latitude: 39.9, longitude: 116.4, name: "Beijing · 北京" }),
      addPhoneContact: () => tt.addPhoneContact({ firstName: "Ada", mobilePhoneNumber: "10086" }),
      canIUse: () => ["getLocation", "request.object.method.GET", "rtc-room", "nothing"].map((name) => `${name}: ${tt.canIUse(name)}`),
    },
    {
      onLoad() {
        const events = ["UserCaptureScreen", "ThemeChange", "WindowResize", "AppShow", "AppHide"];
        this.listeners = events.map((name) => [name, (value) => this.say(`on${name}`, value)]);
        for (const [name, listener] of this.listeners) tt[`on${name}`](listener);
      },
      onUnload() {
        for (const [name, listener] of this.listeners) tt[`off${name}`](listener);
      },
    },
  ),
);
