// What a mini-program's app.js is: the settings that outlive a page, and the one RTC client.

export const app = {
  micOn: true,
  cameraOn: true,
  sound: "speakerphone",
  RtcClient: null,
  appId: "ttrtcexample000000000001",
  screenWidth: 0,
  duration: 0,

  /** `createContext` is `tt.createRtcRoomContext` on a phone; the web has one that shares screens. */
  onLaunch({ createContext }) {
    this.RtcClient = createContext({ appId: this.appId });
    this.screenWidth = tt.getSystemInfoSync().screenWidth;
  },
};
